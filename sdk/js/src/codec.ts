// Values as an author writes them, and as they cross the contract.

/** Id of a document in the receiver's world. */
export type Reference = { scheme: string; value: string };
export type Header = { name: string; value: string };
export type Method = "get" | "post" | "put" | "patch" | "delete";
/** Text or bytes on the wire. */
export type Content = { tag: "text"; val: string } | { tag: "bytes"; val: Uint8Array };

/** A request to send. The hub adds the origin and the credential of the named slot. */
export type Request = {
  method: Method; path: string; headers?: Record<string, string>; body?: string | Uint8Array; credential?: string; carries?: Reference[];
};
export type WireRequest = {
  method: Method; path: string; headers: Header[]; body: Content; credential: string | undefined; carries: Reference[];
};
export type WireDocument = { mediaType: string; body: Content };
export type WireResponse = { status: number; headers: Header[]; body: Content };

const content = (body: string | Uint8Array): Content =>
  typeof body === "string" ? { tag: "text", val: body } : { tag: "bytes", val: body };

/** Converts a request to the contract's record. */
export const toWire = (request: Request): WireRequest => ({
  method: request.method, path: request.path, body: content(request.body ?? ""), credential: request.credential, carries: request.carries ?? [],
  headers: Object.entries(request.headers ?? {}).map(([name, value]) => ({ name, value })),
});

/** UTF-8 of a text. QuickJS has no TextEncoder. */
export function utf8(text: string): Uint8Array {
  const out: number[] = [];
  for (const character of text) {
    let c = character.codePointAt(0) ?? 0;
    if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
    if (c < 0x80) out.push(c);
    else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return Uint8Array.from(out);
}
