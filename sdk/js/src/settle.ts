// The meaning of a response by its status, with the rules of the Rust SDK; sdk/vectors/settle.json holds both to them.
import { type Content, type Reference, type WireResponse } from "./codec.ts";
import { Refused } from "./problem.ts";
import { parse } from "./json.ts";

export type Settlement =
  | { tag: "delivered" } | { tag: "with-a-person" } | { tag: "awaiting-receipt"; val: Reference[] }
  | { tag: "retry-after"; val?: number | undefined } | { tag: "rejected"; val: Refused };

/** The response to a request. */
export class Response {
  readonly status: number;
  readonly headers: { name: string; value: string }[];
  readonly body: Content;
  constructor(wire: WireResponse) {
    this.status = wire.status;
    this.headers = wire.headers;
    this.body = wire.body;
  }
  /** Value of a header. */
  header(name: string): string | undefined {
    return this.headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
  }
  /** Text of the body; bytes as Latin-1, which is enough to recognise a page. */
  get text(): string {
    return this.body.tag === "text" ? this.body.val : Array.from(this.body.val, (b) => String.fromCharCode(b)).join("");
  }
  /** Parses the body as JSON; undefined if it is none. */
  json(): unknown {
    try {
      return this.body.tag === "text" ? parse(this.text) : undefined;
    } catch {
      return undefined;
    }
  }
  get retryAfter(): number | undefined {
    const raw = this.header("retry-after")?.trim() ?? "";
    return /^\+?\d+$/.test(raw) && Number(raw) <= 0xffffffff ? Number(raw) : undefined;
  }
}

/** True if something between answered: a page for people, a redirect, or a proxy. */
function isInBetween(response: Response): boolean {
  const { status } = response;
  const essence = (response.header("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  const page = ["text/html", "application/xhtml+xml"].includes(essence)
    || /^(\ufeff|\u00ef\u00bb\u00bf)?[ \t\n\f\r]*<(!doctype html|html|head|body|script)/i.test(response.text);
  return [203, 407, 511].includes(status) || (status >= 300 && status < 400) || page;
}

const isBlank = (response: Response) => /^[ \t\n\f\r]*$/.test(response.text);

/** Translates the status of a plain HTTP endpoint. */
export function settleByStatus(response: Response): Settlement {
  const { status } = response;
  const later: Settlement = { tag: "retry-after", val: response.retryAfter };
  if (isInBetween(response) || (status === 200 && isBlank(response))) return later;
  if ([200, 201, 202, 204].includes(status)) return { tag: "delivered" };
  if ([408, 425, 429].includes(status) || (status >= 200 && status < 300) || (status >= 500 && status < 600)) return later;
  return { tag: "rejected", val: new Refused("http-status", `Mottakerens system svarte ${status} og tar ikke imot meldingen.`) };
}

/** As `settleByStatus`, for a system that answers in JSON or by a status alone: any other success means retry. */
export function settleJson(response: Response): Settlement {
  const success = response.status >= 200 && response.status < 300;
  if (success && !isBlank(response) && response.json() === undefined) return { tag: "retry-after", val: response.retryAfter };
  return settleByStatus(response);
}
