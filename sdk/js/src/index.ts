// The SDK's door: an author writes an `Adapter`, and the build exports it as the contract's interfaces.
import { type Reference, type Request, type WireDocument, type WireRequest, type WireResponse, toWire } from "./codec.ts";
import { type Context, contextOf } from "./context.ts";
import { guard } from "./guard.ts";
import { Misuse, Refused, type WireRefusal, problem, refusal } from "./problem.ts";
import { Response, type Settlement, settleByStatus } from "./settle.ts";
import type { Message, Outcome, Reading, Receipt } from "./types.ts";

export { type Header, type Method, type Reference, type Request, utf8 } from "./codec.ts";
export type { Context } from "./context.ts";
export { Refused } from "./problem.ts";
export { fromOslo, oslo } from "./oslo.ts";
export { type Limits, parse } from "./json.ts";
export { type Element, child, readXml, textOf, writeXml } from "./xml.ts";
export { Response, type Settlement, settleByStatus, settleJson } from "./settle.ts";
export type * from "./types.ts";

/** A native document: text that the hub decoded, or bytes. */
export class Document {
  readonly mediaType: string;
  readonly content: string | Uint8Array;
  constructor(mediaType: string, content: string | Uint8Array) {
    this.mediaType = mediaType;
    this.content = content;
  }
  /** The text. Refuses a document that is none. */
  get text(): string {
    if (typeof this.content !== "string") throw new Refused("unreadable", "Dokumentet er ikke tekst som kan leses. Lagre det som UTF-8.");
    return this.content;
  }
}

/** No promise: a hub waits for nothing. */
type Now<T> = T & { then?: never };
/** What `read` returns: messages, a receipt, or the reason why there is nothing. */
export type Read = Reading | { receipt: Receipt } | { nothing: string };

export type Item = { id: string; sender: string; note: string };
export type Step =
  | { tag: "listing" | "listening"; val?: string } | { tag: "fetching" | "marking"; val: Item }
  | { tag: "declining"; val: { item: Item; code: string; text: string } } | { tag: "status" | "receipt"; val: Reference[] };
export type Answer =
  | { tag: "items"; val: { items: Item[]; cursor?: string; more: boolean } } | { tag: "document"; val: Document }
  | { tag: "receipt"; val: Receipt } | { tag: "ready" | "done" | "gone" } | { tag: "later"; val?: number };
/** For parties whose documents lie in an inbox that the hub fetches from; `[build] inbox = true` in adapter.toml exports it. */
export interface Inbox {
  prepare(step: Step, context: Context): Now<Request> | undefined;
  interpret(step: Step, response: Response, context: Context): Now<Answer>;
}

/** An adapter. Every function is pure and synchronous. */
export interface Adapter {
  read(document: Document, context: Context): Now<Read>;
  write(message: Message, context: Context): Now<Request>;
  acknowledge?(outcome: Outcome, origin: unknown, context: Context): Now<Request> | undefined;
  /** By status if it is missing. */
  settle?(response: Response, context: Context): Now<Settlement>;
  inbox?: Inbox;
}

/** Calls the author's code without time and randomness; what it throws becomes the contract's problem. */
function call<T, R>(run: () => T, convert: (value: T) => R): R {
  const back = guard();
  try {
    const value = run();
    if (typeof (value as { then?: unknown } | undefined)?.then === "function") throw new Misuse("a function returned a promise: a hub waits for nothing, so remove async and await");
    return convert(value);
  } catch (error) {
    throw problem(error);
  } finally {
    back();
  }
}

const context = (json: string) => contextOf(JSON.parse(json));
type WireReading = { tag: "messages" | "receipt" | "nothing"; val: string };
const reading = (read: Read): WireReading => {
  if ("receipt" in read) return { tag: "receipt", val: JSON.stringify(read.receipt) };
  if ("nothing" in read) return { tag: "nothing", val: read.nothing as string };
  return { tag: "messages", val: JSON.stringify(read) };
};
type WireSettlement = Exclude<Settlement, { tag: "rejected" }> | { tag: "rejected"; val: WireRefusal };
const settlement = (of: Settlement): WireSettlement => {
  if (of.tag === "rejected") return { tag: of.tag, val: refusal(of.val) };
  return of.tag === "retry-after" ? { tag: of.tag, val: of.val } : of;
};

/** The interface `translate` of an adapter. */
export const translate = (adapter: Adapter) => ({
  read: (document: WireDocument, json: string): WireReading =>
    call(() => adapter.read(new Document(document.mediaType, document.body.val), context(json)), reading),
  acknowledge: (outcome: string, origin: string, json: string): WireRequest | undefined =>
    call(() => adapter.acknowledge?.(JSON.parse(outcome), JSON.parse(origin), context(json)), (request) => request && toWire(request)),
  write: (message: string, json: string): WireRequest => call(() => adapter.write(JSON.parse(message), context(json)), toWire),
  settle: (response: WireResponse, json: string): WireSettlement =>
    call(() => (adapter.settle ? adapter.settle(new Response(response), context(json)) : settleByStatus(new Response(response))), settlement),
});

/** The interface `inbox` of an adapter. */
export const inbox = (adapter: Adapter) => {
  const own = () => {
    if (!adapter.inbox) throw new Misuse("adapter.toml has inbox = true, and the adapter has no inbox");
    return adapter.inbox;
  };
  return {
    prepare: (step: Step, json: string) => call(() => own().prepare(step, context(json)), (request) => request && toWire(request)),
    interpret: (step: Step, response: WireResponse, json: string) =>
      call(() => own().interpret(step, new Response(response), context(json)), (answer) => {
        if (answer.tag === "receipt") return { tag: answer.tag, val: JSON.stringify(answer.val) };
        if (answer.tag !== "document") return answer;
        const { mediaType, content } = answer.val;
        return { tag: answer.tag, val: { mediaType, body: typeof content === "string" ? { tag: "text", val: content } : { tag: "bytes", val: content } } };
      }),
  };
};
