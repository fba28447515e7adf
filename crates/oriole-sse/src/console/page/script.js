"use strict";

// What comes from the server is shown as text, never as markup; the page's policy would not let it be anything else.

const byId = (id) => document.getElementById(id);
const base = location.pathname.replace(/\/*$/, "/");
const HISTORY = 60;

/** The secret of the link. A browser sends no fragment to anybody; and it is not left in the address, which others see. */
const token = (() => {
  const key = `oriole-console-token ${base}`;
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return sessionStorage.getItem(key);
  sessionStorage.setItem(key, given);
  history.replaceState(null, "", location.pathname + location.search);
  return given;
})();
const headers = { "Oriole-Console-Token": token };
// Another link in the same tab.
addEventListener("hashchange", () => location.reload());

const streams = new Map(), topics = new Map();
let begun = {}, allStreams = 0, allTopics = 0, isPaused = false, isLive = false, isClosed = false, retry = 1000;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Changes a text only where it differs, so that what a reader has selected stays so. */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const count = (number) => number.toLocaleString("en");

function bytes(number) {
  if (number < 1024) return `${number} B`;
  const [value, unit] = number < 1048576 ? [number / 1024, "KiB"] : [number / 1048576, "MiB"];
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

function time(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 3600000 ? `${Math.floor(ms / 60000)} min` : `${Math.floor(ms / 3600000)} h`;
}

function spark() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", `0 0 ${HISTORY - 1} 10`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "polyline"));
  return svg;
}

function draw(svg, history) {
  const most = Math.max(1, ...history), from = HISTORY - history.length;
  const points = history.map((value, at) => `${from + at},${(10 - value / most * 9.5).toFixed(2)}`).join(" ");
  svg.firstChild.setAttribute("points", points);
}

function say(text, isBad) {
  const said = byId("said");
  said.textContent = text;
  said.toggleAttribute("data-bad", Boolean(isBad));
}

async function post(path, body, what) {
  try {
    const answer = await fetch(base + path, { method: "POST", body, headers });
    say(answer.ok ? what : await answer.text(), !answer.ok);
    return answer.ok;
  } catch {
    say("The server cannot be reached.", true);
    return false;
  }
}

// Streams

const lag = (row, key) => row.topics.reduce((sum, topic) => sum + topic[key], 0);
const oldest = (row) => Math.max(0, ...row.topics.map((topic) => topic.ms));

function streamView(number) {
  const row = make("tr");
  row.dataset.number = number;
  const cell = () => row.appendChild(make("td"));
  const line = (parent, className) => parent.appendChild(make("div", className));
  const [who, place, behind, told, slow, written, actions] = Array.from({ length: 7 }, cell);
  const view = { row, who, place };
  view.route = line(who, "route");
  view.peer = line(who, "small");
  view.age = line(who, "small");
  view.events = line(behind, "number");
  view.meter = behind.appendChild(make("meter"));
  view.meter.setAttribute("aria-label", "of what it may be behind");
  view.spark = behind.appendChild(spark());
  view.chips = line(told, "chips");
  view.gaps = told.appendChild(make("details"));
  view.gapsCount = view.gaps.appendChild(make("summary"));
  view.gapsList = view.gaps.appendChild(make("ol"));
  view.policy = line(slow, "number");
  view.bound = line(slow, "small number");
  view.guard = line(slow, "small number");
  view.frames = line(written, "number");
  view.last = line(written, "small number");
  view.beat = line(written, "small number");

  const all = line(actions, "do");
  const button = (what, text, title) => {
    const made = all.appendChild(make("button", what, text));
    Object.assign(made, { type: "button", title });
    made.dataset.do = what;
    return made;
  };
  view.hold = button("hold", "Stall", "Lets nothing out, as if the client took nothing");
  button("fill", "Fill", "Its buffer counts as full once: its slow-reader policy is applied");
  view.expire = button("expire", "Expire", "Its guard is asked again, as when a token has expired");
  button("cut", "Cut", "Closes its connection without a word");
  const end = all.appendChild(make("span"));
  view.reason = end.appendChild(make("select"));
  view.reason.setAttribute("aria-label", `A reason to end stream ${number}`);
  for (const reason of begun.reasons ?? []) view.reason.append(new Option(reason, reason));
  const ending = end.appendChild(make("button", "end", "End"));
  ending.type = "button";
  ending.dataset.do = "end";
  return view;
}

function showStream(stream) {
  const { row: data, view } = stream;
  view.row.toggleAttribute("data-held", data.isHeld || data.isFilling);
  view.row.toggleAttribute("data-ending", Boolean(data.ending));
  set(view.route, data.route ?? data.path ?? `stream ${data.number}`);
  view.route.title = data.path ?? "";
  set(view.peer, [data.principal, data.peer, `#${data.number}`].filter(Boolean).join(" · "));

  const lanes = data.topics.map((topic) => `${topic.topic} @ ${topic.place ?? "–"}`);
  while (view.place.childElementCount > lanes.length) view.place.lastChild.remove();
  lanes.forEach((text, at) => {
    const lane = view.place.children[at] ?? view.place.appendChild(make("div", "place"));
    set(lane, text);
    lane.title = text;
  });

  const events = lag(data, "events"), isFree = data.policy === "replay";
  set(view.events, events ? `${count(events)} · ${bytes(lag(data, "bytes"))} · ${time(oldest(data))}` : "–");
  view.events.title = `${events} events`;
  view.meter.max = isFree ? begun.ringEventsMax ?? 1024 : data.eventsMax || 1;
  view.meter.value = Math.min(events, view.meter.max);
  view.meter.title = `${count(events)} of ${count(view.meter.max)}`;

  const chips = [[data.fault ? `${data.verdict}: ${data.fault}` : data.verdict ?? "…", data.verdict === "live" || data.verdict === "resumed" ? "good" : "warn"]];
  if (data.isHeld) chips.push(["stalled by you", "warn"]);
  if (data.isFilling) chips.push(["waits to be behind", "warn"]);
  if (data.ending) chips.push([`end: ${data.ending}`, "bad"]);
  view.chips.replaceChildren(...chips.map(([text, tone]) => make("span", `chip ${tone}`, text)));
  view.gaps.hidden = data.gaps === 0;
  set(view.gapsCount, `${count(data.gaps)} ${data.gaps === 1 ? "gap" : "gaps"}`);
  const gap = ({ topic, reason, after, through }) => `${reason}: ${topic} ${after === null ? "?" : after + 1}–${through ?? "?"}`;
  view.gapsList.replaceChildren(...data.latestGaps.map((told) => make("li", "mono", gap(told))));

  set(view.policy, data.policy);
  set(view.bound, isFree ? "" : `${count(data.eventsMax)} events, ${bytes(data.bytesMax)}`);
  const due = data.guardSeconds === null ? "for good" : `for ${time(data.guardSeconds * 1000)}`;
  const lifetime = data.lifetimeSeconds === null ? "" : `ends in ${time(data.lifetimeSeconds * 1000)}`;
  set(view.guard, data.hasGuard ? `guard: passes ${due}` : lifetime);
  set(view.frames, data.written ? `${count(data.written.frames)} · ${bytes(data.written.bytes)}` : "not known");
  set(view.beat, data.written ? `♥ ${count(data.written.heartbeats)}${data.written.heartbeatMs ? ` · every ${time(data.written.heartbeatMs)}` : ""}` : "");

  set(view.hold, data.isHeld ? "Let go" : "Stall");
  view.hold.dataset.do = data.isHeld ? "let-go" : "hold";
  view.hold.setAttribute("aria-pressed", data.isHeld);
  view.expire.disabled = !data.hasGuard && data.lifetimeSeconds === null;
  const words = [data.number, data.route, data.path, data.peer, data.principal, ...data.topics.map((topic) => topic.topic)];
  stream.words = words.filter((word) => word !== null).join(" ").toLowerCase();
}

byId("streams").addEventListener("click", (event) => {
  const what = event.target.dataset?.do, number = event.target.closest("tr")?.dataset.number;
  if (!what) return;
  const reason = event.target.closest("tr").querySelector("select").value;
  const query = what === "end" ? `?reason=${encodeURIComponent(reason)}` : "";
  post(`streams/${number}/${what}${query}`, null, `${event.target.textContent}: stream ${number}.`);
});

function filter() {
  const word = byId("filter").value.trim().toLowerCase();
  let shown = 0;
  for (const { view, words } of streams.values()) {
    view.row.hidden = !words.includes(word);
    shown += !view.row.hidden;
  }
  const listed = streams.size < allStreams ? `${count(streams.size)} of ${count(allStreams)}, those furthest behind` : "";
  set(byId("listed"), word ? `${count(shown)} of ${count(streams.size)} listed` : listed);
  byId("none").hidden = streams.size > 0;
}
byId("filter").addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, select")) return;
  event.preventDefault();
  byId("filter").focus();
});

// Topics

function topicView(name) {
  const card = make("article", "card");
  const view = { card };
  card.append(make("h3", "", name));
  const figures = card.appendChild(make("div", "figures"));
  const figure = (label) => {
    const box = figures.appendChild(make("div", "small"));
    const value = box.appendChild(make("b", "", "–"));
    box.append(label);
    return value;
  };
  [view.last, view.rate, view.readers, view.ring] = ["last event", "per second", "readers", "in memory"].map(figure);
  view.spark = card.appendChild(spark());
  view.meter = card.appendChild(make("meter"));
  view.meter.setAttribute("aria-label", "of the ring is filled");
  view.events = card.appendChild(make("ol", "events"));
  const form = card.appendChild(make("form"));
  const input = (label) => {
    const made = form.appendChild(make("input"));
    Object.assign(made, { placeholder: label, autocomplete: "off", spellcheck: false });
    made.setAttribute("aria-label", `${label} of a test event for ${name}`);
    return made;
  };
  const type = input("type"), data = input("data");
  form.append(make("button", "publish", "Publish"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = `?topic=${encodeURIComponent(name)}&type=${encodeURIComponent(type.value)}`;
    post(`publish${query}`, data.value, `Published to ${name}.`);
  });
  return view;
}

function eventItem(event) {
  const item = make("li");
  item.append(make("span", "small number", event.sequence));
  const data = item.appendChild(make("span", "data"));
  if (event.type !== null) data.append(make("b", "", event.type));
  if (event.data === null) data.append(make("i", "", "not shown"));
  else data.append(event.data, event.isCut ? "…" : "");
  data.title = event.data ?? "";
  const at = new Date(event.at).toLocaleTimeString("en-GB");
  item.append(make("span", "small number", `${bytes(event.bytes)} · ${at}`));
  return item;
}

function showTopic({ row: data, view, history }) {
  set(view.last, data.last === null ? "–" : count(data.last));
  set(view.readers, count(data.readers));
  set(view.ring, `${count(data.ringEvents)} · ${bytes(data.ringBytes)}`);
  set(view.rate, count(history.at(-1) ?? 0));
  view.meter.max = begun.ringEventsMax || 1;
  view.meter.value = data.ringEvents;
  view.meter.title = `${count(data.ringEvents)} of ${count(view.meter.max)}`;
  view.card.title = data.isStale ? "The store was away; its end is not known yet." : `epoch ${data.epoch ?? "unknown"}`;
  view.events.replaceChildren(...data.recent.map(eventItem));
}

// Both

function apply(known, { changed, gone }, name, view, parent, order) {
  for (const key of gone) {
    const lost = known.get(key);
    (lost?.view.row ?? lost?.view.card)?.remove();
    known.delete(key);
  }
  for (const row of changed) {
    const key = String(row[name]);
    let entry = known.get(key);
    if (!entry) {
      entry = { view: view(key), history: [], seen: null };
      known.set(key, entry);
      const element = entry.view.row ?? entry.view.card;
      const after = [...parent.children].find((other) => order(other, element));
      parent.insertBefore(element, after ?? null);
    }
    Object.assign(entry, { row, isNew: true });
  }
}

function show() {
  if (isPaused) return;
  for (const entry of streams.values()) if (entry.isNew) showStream(entry);
  for (const entry of topics.values()) if (entry.isNew) showTopic(entry);
  for (const entry of [...streams.values(), ...topics.values()]) entry.isNew = false;
  set(byId("all-streams"), count(allStreams));
  set(byId("all-topics"), count(allTopics));
  byId("no-topics").hidden = topics.size > 0;
  const late = [...streams.values()].filter(({ row }) => lag(row, "events") > 0);
  set(byId("behind"), count(late.length));
  byId("behind").toggleAttribute("data-any", late.length > 0);
  set(byId("furthest"), late.length ? time(Math.max(...late.map(({ row }) => oldest(row)))) : "–");
  filter();
}

const isLaterStream = (other, element) => Number(other.dataset.number) > Number(element.dataset.number);
const isLaterTopic = (other, element) => other.firstChild.textContent > element.firstChild.textContent;

setInterval(() => {
  let rate = 0;
  const push = (entry, value) => {
    entry.history.push(value);
    if (entry.history.length > HISTORY) entry.history.shift();
    if (!isPaused) draw(entry.view.spark, entry.history);
  };
  for (const entry of topics.values()) {
    const last = entry.row.last ?? 0, step = entry.seen === null ? 0 : Math.max(0, last - entry.seen);
    entry.seen = last;
    rate += step;
    push(entry, step);
    if (!isPaused) set(entry.view.rate, count(step));
  }
  for (const entry of streams.values()) {
    push(entry, lag(entry.row, "events"));
    if (isPaused) continue;
    set(entry.view.age, `open for ${time(Date.now() - entry.row.begun)}`);
    const last = entry.row.written?.last;
    set(entry.view.last, last ? `last ${time(Date.now() - last)} ago` : "");
  }
  if (!isPaused) set(byId("rate"), count(rate));
}, 1000);

function status() {
  const state = isClosed ? "closed" : isPaused ? "paused" : isLive ? "live" : "connecting";
  byId("status").dataset.state = state;
  byId("status").textContent = state;
}

byId("pause").addEventListener("click", (event) => {
  isPaused = !isPaused;
  event.target.setAttribute("aria-pressed", isPaused);
  status();
  show();
});

function begin(data) {
  begun = data;
  streams.clear();
  topics.clear();
  [allStreams, allTopics] = [0, 0];
  byId("streams").replaceChildren();
  byId("topics").replaceChildren();
  set(byId("hub"), begun.hub ? ` of the hub ${begun.hub}` : "");
  isLive = true;
  status();
  show();
}

function update(data) {
  if (data.streams) {
    allStreams = data.streams.all;
    apply(streams, data.streams, "number", streamView, byId("streams"), isLaterStream);
  }
  if (data.topics) {
    allTopics = data.topics.all;
    apply(topics, data.topics, "topic", topicView, byId("topics"), isLaterTopic);
  }
  show();
}

// An `EventSource` could not show the token.

const events = { begin, update };

/** Takes an event, or a `retry:`; both as the console writes them. */
function take(block) {
  const fields = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
  }
  if (fields.retry) retry = Number(fields.retry);
  if (fields.data) events[fields.event]?.(JSON.parse(fields.data));
}

async function read() {
  const answer = await fetch(`${base}events`, { headers, cache: "no-store" });
  if (!answer.ok) {
    say(await answer.text(), true);
    retry = 1000 * Number(answer.headers.get("Retry-After"));
    isClosed = retry === 0;
    byId("locked").hidden = answer.status !== 403;
    return;
  }
  const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ;) {
    const { done, value } = await text.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    blocks.forEach(take);
  }
}

async function follow() {
  while (!isClosed) {
    status();
    retry = 1000;
    try {
      await read();
    } catch {
      // The server is away, or closed the connection.
    }
    isLive = false;
    status();
    await new Promise((done) => setTimeout(done, retry));
  }
}

if (token === null) {
  byId("locked").hidden = false;
  isClosed = true;
  status();
} else {
  follow();
}
