// A page of events whose types are named as what the browser has.
import type { Message, MessageEvent2, MessageSource } from "./odd";

const source = new EventSource("/events") as MessageSource;

source.addEventListener("Told", (event) => {
  const told = JSON.parse(event.data);
  const by: MessageEvent2 = told.by;
  const answers: Message[] = told.answers;
  for (const answer of answers) {
    if (answer === "Closed") console.log("closed");
    else if ("Told" in answer) console.log(answer.Told.by.name.length, event.lastEventId);
  }
  // @ts-expect-error: it is a string
  const wrong: number = by.name;
});

source.addEventListener("Kept", (event) => {
  const n: number = JSON.parse(event.data).event.n;
  console.log(n);
});

source.addEventListener("open", (event) => {
  console.log(event.timeStamp, event.target);
});
