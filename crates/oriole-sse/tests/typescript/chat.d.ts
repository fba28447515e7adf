// Written by oriole-sse from `Chat`; a change here is lost.

declare const json: unique symbol;

/** A text of JSON of which `JSON.parse` makes a `T`. */
export type JsonText<T> = string & { readonly [json]: T };

declare global {
  interface JSON {
    parse<S extends JsonText<unknown>>(text: S): 0 extends 1 & S ? any : S extends JsonText<infer T> ? T : never;
  }
}

/** Somebody. */
export type Person = { boss: Person | null; name: string };

/** What happens in a chat. */
export interface ChatMap {
  closed: undefined;
  /** Somebody said something. */
  said: { atLine: number | null; by: Person; text: string };
  "moved-to": [number, number];
  /** What has no name of its own. */
  message: Person[];
  /** Something went wrong; the connection says `error` as well. */
  error: { code: number };
}

/** The event of a listener; one whose type has no content has empty data. */
export type ChatEvent<K extends keyof ChatMap> =
  | globalThis.MessageEvent<[ChatMap[K]] extends [undefined] ? "" : JsonText<ChatMap[K]>>
  | (K extends "open" | "error" ? globalThis.Event : never);

/** An `EventSource` that knows its events: `new EventSource(url) as ChatSource`. */
export interface ChatSource extends Omit<globalThis.EventSource, "addEventListener" | "removeEventListener" | "onmessage"> {
  onmessage: ((event: "message" extends keyof ChatMap ? ChatEvent<"message"> : globalThis.MessageEvent<string>) => unknown) | null;
  addEventListener<K extends keyof ChatMap>(
    type: K,
    listener: (event: ChatEvent<K>) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: Exclude<"open" | "error", keyof ChatMap>,
    listener: (event: globalThis.Event) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof ChatMap>(
    type: K,
    listener: (event: ChatEvent<K>) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: Exclude<"open" | "error", keyof ChatMap>,
    listener: (event: globalThis.Event) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
}
