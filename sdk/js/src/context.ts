// The context of a call, with ids that a replay gets again.
import type { Context as Fields } from "./types.ts";
import { utf8 } from "./codec.ts";

/** Everything besides the document or the message that an adapter may use. */
export type Context = Fields & {
  /** Makes a UUID (version 8) from the call's entropy and a label: the same at a replay, another for each label. */
  uuid(label: string): string;
};

/** Adds the methods to the fields. */
export const contextOf = (fields: Fields): Context => ({ ...fields, uuid: (label) => uuid(fields.entropy, label) });

/** UUIDv8 of SHA-256 over the entropy and the label. */
export function uuid(entropy: string, label: string): string {
  const pairs = entropy.match(/../gs) ?? [];
  const bytes = pairs.map((pair) => (/^[0-9a-f]{2}$/i.test(pair) ? parseInt(pair, 16) : 0));
  const id = sha256(Uint8Array.from([...bytes, ...utf8(label)])).slice(0, 16);
  id[6] = (id[6]! & 0x0f) | 0x80;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return hex(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

// The constants are the fractions of the roots of the first primes (FIPS 180-4), in integers to be exact.
const PRIMES = Array.from({ length: 311 }, (_, i) => i + 2).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}).slice(0, 64);
function root(n: bigint, power: bigint): bigint {
  let [low, high] = [0n, n + 1n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** power <= n) low = middle;
    else high = middle;
  }
  return low;
}
const K = PRIMES.map((p) => Number(root(BigInt(p) << 96n, 3n) & 0xffffffffn));
const H = PRIMES.slice(0, 8).map((p) => Number(root(BigInt(p) << 64n, 2n) & 0xffffffffn));

/** SHA-256 (FIPS 180-4). */
export function sha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((message.length + 8) >> 6) * 64 + 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(padded.length - 4, message.length << 3);
  const turn = (x: number, n: number) => (x >>> n) | (x << (32 - n));
  const state = Uint32Array.from(H);
  const w = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15]!, w[i - 2]!];
      w[i] = w[i - 16]! + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7]! + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = state[i]! + value; });
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setUint32(i * 4, value));
  return new Uint8Array(out.buffer);
}
