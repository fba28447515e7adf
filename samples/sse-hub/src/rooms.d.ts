// Written by oriole-sse from `Room`; a change here is lost.

declare const json: unique symbol;

/** A text of JSON of which `JSON.parse` makes a `T`. */
export type JsonText<T> = string & { readonly [json]: T };

declare global {
  interface JSON {
    parse<S extends JsonText<unknown>>(text: S): 0 extends 1 & S ? any : S extends JsonText<infer T> ? T : never;
  }
}

/** The events of a room: each variant is the name of an event, its fields are the data. */
export interface RoomMap {
  said: { name: string; text: string };
  counted: { name: string; number: number; of: number };
  /** How the subscription begins, or that its log is back. */
  hello: { handle?: string; live?: string[]; liveOnly?: true; reason?: string; refused?: string[]; topics?: string[]; verdict: "live" | "resumed" | "gap" | "snapshot" | "refused" };
  /** What is missing before the next event. */
  gap: { after: number | null; reason: "retention" | "overflow" | "coalesced" | "restart" | "too-far" | "unavailable" | "cursor"; through: number | null; topic: string };
  /** Which topics the subscription reads from here on. */
  topics: { added: string[]; reason?: "revoked"; removed: string[]; topics: string[] };
  /** Who is here, who came or who left. */
  presence: { cause?: string; here?: { label?: string; name: string }[]; joined?: { label?: string; name: string }; left?: { label?: string; name: string }; more?: number; topic: string };
  /** Why the server ends the subscription. */
  end: { reason: "slow" | "drain" | "lifetime" | "stalled" | "revoked" | "unverified" | "replaced" };
}

/** The event of a listener; one whose type has no content has empty data. */
export type RoomEvent<K extends keyof RoomMap> =
  | MessageEvent<[RoomMap[K]] extends [undefined] ? "" : JsonText<RoomMap[K]>>
  | (K extends "open" | "error" ? Event : never);

/** An `EventSource` that knows its events: `new EventSource(url) as RoomSource`. */
export interface RoomSource extends Omit<EventSource, "addEventListener" | "removeEventListener" | "onmessage"> {
  onmessage: ((event: "message" extends keyof RoomMap ? RoomEvent<"message"> : MessageEvent<string>) => unknown) | null;
  addEventListener<K extends keyof RoomMap>(
    type: K,
    listener: (event: RoomEvent<K>) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: Exclude<"open" | "error", keyof RoomMap>,
    listener: (event: Event) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof RoomMap>(
    type: K,
    listener: (event: RoomEvent<K>) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: Exclude<"open" | "error", keyof RoomMap>,
    listener: (event: Event) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
}
