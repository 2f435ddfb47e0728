import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Refused, Response, child, fromOslo, oslo, parse, readXml, settleByStatus, settleJson, textOf, translate, utf8, writeXml } from "../src/index.ts";
import { uuid } from "../src/context.ts";
import { place } from "../src/problem.ts";

const vectors = (name: string) => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
const refuses = (run: () => unknown, code: string) => assert.throws(run, (e) => e instanceof Refused && e.code === code);

test("ids are those of the vectors", () => {
  for (const { entropy, label, uuid: id } of vectors("ids")) assert.equal(uuid(entropy, label), id, label);
});

test("times are those of the vectors", () => {
  for (const { now, nowLocal } of vectors("times")) assert.equal(oslo(now), nowLocal);
  assert.equal(fromOslo("2026-10-25T02:30"), "2026-10-25T02:30:00+02:00");
  assert.equal(fromOslo("2026-01-02T03:04"), "2026-01-02T03:04:00+01:00");
  refuses(() => fromOslo("2026-03-29T02:30"), "time");
  refuses(() => oslo("2026-01-01T00:00:00"), "time");
});

test("responses settle as the vectors say", () => {
  for (const vector of vectors("settle")) {
    const headers = [{ name: "Content-Type", value: vector.contentType }];
    if (vector.retryAfter) headers.push({ name: "retry-after", value: vector.retryAfter });
    const response = new Response({ status: vector.status, headers, body: { tag: "text", val: vector.body } });
    for (const [settle, expected] of [[settleByStatus, vector.byStatus], [settleJson, vector.byJson]] as const) {
      const found = settle(response);
      assert.equal(found.tag + (found.tag === "retry-after" && found.val !== undefined ? `:${found.val}` : ""), expected, JSON.stringify(vector));
    }
  }
});

test("JSON that is deep, large or ambiguous is refused", () => {
  assert.deepEqual(parse('{"a":["]","{",1]}'), { a: ["]", "{", 1] });
  refuses(() => parse("[".repeat(100_000)), "too-deep");
  refuses(() => parse('{"a":1,"\\u0061":2}'), "unreadable");
  refuses(() => parse('"long"', { characters: 3 }), "too-large");
  refuses(() => parse("{"), "unreadable");
});

test("XML is read with limits and written so that it reads the same", () => {
  const read = readXml('<?xml version="1.0"?><a x="1 &amp; 2"><b>&lt;&#230;</b><!-- no --><c/></a>');
  assert.equal(textOf(child(read, "b")!), "<æ");
  assert.deepEqual(readXml(writeXml(read)), read);
  for (const bad of ["<!DOCTYPE a><a/>", "<a>&x;</a>", "<a><b></a></b>", "<a/><a/>", "", "<a", '<a x="1" x="2"/>', "<a>&#0;</a>"]) refuses(() => readXml(bad), "unreadable");
  refuses(() => readXml("<a>".repeat(100_000)), "too-deep");
});

const context = JSON.stringify({ now: "2026-12-01T08:00:00Z", entropy: "00".repeat(32) });
const document = { mediaType: "text/plain", body: { tag: "text" as const, val: "hemmelig" } };
const read = (run: (text: string) => unknown) => {
  const adapter = translate({ read: (d) => run(d.text) as never, write: () => ({ method: "post", path: "/" }) });
  try {
    return adapter.read(document, context);
  } catch (problem) {
    return problem as { tag: string; val: any };
  }
};

test("a refusal passes, and another exception tells its type and place but no value", () => {
  assert.deepEqual(read(() => { throw new Refused("a", "b"); }).val, { code: "a", text: "b", reply: undefined });
  const defect = read((text) => { throw new TypeError(text); });
  assert.match(defect.val, /^TypeError at .*sdk\.test\.ts:\d+$/);
  const named = read((text) => { const e = new Error(); e.name = text; throw e; });
  assert.ok(!named.val.includes("hemmelig"));
});

test("time, chance and promises are told with the remedy", () => {
  assert.match(read(() => Date.now()).val, /use context\.now/);
  assert.match(read(() => new Date()).val, /use context\.now/);
  assert.match(read(() => Math.random()).val, /use context\.uuid/);
  assert.match(read(() => crypto.randomUUID()).val, /use context\.uuid/);
  assert.match(read(async () => ({ nothing: "x" })).val, /promise/);
  assert.equal(read(() => ({ nothing: new Date(0).toISOString() })).val, "1970-01-01T00:00:00.000Z");
  assert.ok(Date.now() > 0);
});

test("text becomes the same UTF-8 as elsewhere", () => {
  for (const text of ["a", "æ", "€", "😀", "\ud800"]) assert.deepEqual(utf8(text), new TextEncoder().encode(text));
});

test("a place is the author's line", () => {
  const lines = { sources: ["bindeledd-sdk/index.ts", "src/adapter.ts"], lines: [[0, 5], [1, 41]] as [number, number][], from: 1 };
  assert.equal(place("    at call (user.js:1:2)\n    at read (user.js:2:3)\n", lines), "src/adapter.ts:41");
});
