import type { ChatMap, ChatSource, JsonText } from "./chat";

const source = new EventSource("/chat") as ChatSource;

source.addEventListener("said", (event) => {
  const said = JSON.parse(event.data);
  const name: string = said.by.name;
  const line: number | null = said.atLine;
  const id: string = event.lastEventId;
  // @ts-expect-error the enum has no such field
  said.when;
  // @ts-expect-error it is a text
  const wrong: number = said.text;
  return [name, line, id, wrong];
});

const moved: ChatMap["moved-to"] = [1, 2];
source.addEventListener("moved-to", (event) => JSON.parse(event.data)[1].toFixed() + moved[0]);

source.addEventListener("closed", (event) => {
  const nothing: "" = event.data;
  source.close();
  return nothing;
});

// @ts-expect-error there is no such event
source.addEventListener("sayd", () => {});

source.onmessage = (event) => JSON.parse(event.data)[0]?.boss?.name;

source.addEventListener("open", (event) => event.type);
source.addEventListener("error", (event) => {
  // The connection's, or the enum's.
  if ("data" in event) JSON.parse(event.data).code.toFixed();
});

source.addEventListener("gap", (event) => {
  const { reason, after, through } = JSON.parse(event.data);
  // @ts-expect-error no such reason
  if (reason === "boredom") return;
  if (after !== null && through !== null) console.log(through - after);
});
source.addEventListener("hello", (event) => JSON.parse(event.data).verdict === "resumed");
source.addEventListener("end", (event) => JSON.parse(event.data).reason === "drain", { once: true });

function heard(event: MessageEvent<JsonText<ChatMap["said"]>>): void {
  source.removeEventListener("said", heard);
  console.log(event.data.length);
}
source.addEventListener("said", heard);

// What `JSON.parse` gives for any other text is as it was.
const anything: number = JSON.parse("1");
declare const untyped: MessageEvent;
const any: { x: string } = JSON.parse(untyped.data);
console.log(anything, any);
