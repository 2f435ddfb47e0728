import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { translate } from "@bindeledd/adapter";
import adapter from "../src/adapter.ts";

test("the sample becomes a question", () => {
  const val = readFileSync("samples/question/input.json", "utf8");
  const context = JSON.stringify({ now: "2026-12-01T08:00:00Z", entropy: "00".repeat(32), settings: {} });
  const read = translate(adapter).read({ mediaType: "application/json", body: { tag: "text", val } }, context);
  assert.equal(JSON.parse(read.val).messages[0].kind, "question");
});
