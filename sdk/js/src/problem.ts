// The one shape of failure: a refusal is thrown, and every other exception becomes a defect without its message.
import { type Request, type WireRequest, toWire } from "./codec.ts";

/** This document or message can not pass: a stable code, and the reason and remedy in plain Norwegian without personal data. */
export class Refused extends Error {
  readonly code: string;
  readonly reply: Request | undefined;
  constructor(code: string, text: string, reply?: Request) {
    super(text);
    this.name = "Refused";
    this.code = code;
    this.reply = reply;
  }
}

/** A mistake in the adapter's code that the SDK found. Its message never has a value, so the hub may show it. */
export class Misuse extends Error {}

export type WireRefusal = { code: string; text: string; reply: WireRequest | undefined };
export type Problem = { tag: "refused"; val: WireRefusal } | { tag: "defect"; val: string };

/** Converts a refusal to the contract's record. */
export const refusal = (refused: Refused): WireRefusal => ({
  code: refused.code, text: refused.message, reply: refused.reply && toWire(refused.reply),
});

/** Lines of the bundle with their sources, which the build appends. */
type Lines = { sources: string[]; lines: ([number, number] | null)[]; from: number };

/** Returns the first place of a stack that is not the SDK's own, in the author's files if the build told them. */
export function place(stack: string, lines?: Lines): string {
  const own = /bindeledd-sdk\/|\/sdk\/js\/src\/|@bindeledd\/adapter\//;
  for (const [, file, line] of stack.matchAll(/\(?([^\s()]+?):(\d+)(?::\d+)?\)?\s*$/gm)) {
    if (!file || !line || file.startsWith("node:")) continue;
    const at = lines?.lines[Number(line) - lines.from];
    const source = lines ? at && `${lines.sources[at[0]]}:${at[1]}` : `${file}:${line}`;
    if (source && !own.test(source)) return source.replace(/^.*\/(?=src\/)/, "");
  }
  return "an unknown place";
}

/** Converts an exception to the contract's problem. */
export function problem(error: unknown): Problem {
  try {
    if (error instanceof Refused) return { tag: "refused", val: refusal(error) };
  } catch (inner) {
    error = inner;
  }
  if (!(error instanceof Error)) return { tag: "defect", val: "a thrown value that is no Error" };
  const known = (globalThis as { bindeleddLines?: Lines }).bindeleddLines;
  // The class's own name: `name` is a field that code may fill with anything.
  const type = Object.getPrototypeOf(error)?.constructor?.name ?? "Error";
  const what = error instanceof Misuse ? `: ${error.message}` : "";
  return { tag: "defect", val: `${type} at ${place(error.stack ?? "", known)}${what}` };
}
