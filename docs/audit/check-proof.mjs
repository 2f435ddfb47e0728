// Checks what `bindeledd audit prove` printed, with nothing but SHA-256 and Ed25519 as Node brings them:
//
//     node check-proof.mjs proof.json [key]
//
// `key` is the log's verifying key as you got it from somewhere you trust; without one, the proof's own is used, which shows
// that the proof fits together but not whose it is. Ends with 0 where everything holds.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const fail = (why) => {
  console.error(`the proof does not hold: ${why}`);
  process.exit(1);
};
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leaf = (entry) => sha256(Buffer.from([0]), entry);
const node = (left, right) => sha256(Buffer.from([1]), left, right);

const proof = JSON.parse(readFileSync(process.argv[2], "utf8"));
const verifyingKey = (process.argv[3] ?? proof.key).trim();

// The key: name, four bytes of SHA-256 over name, newline, kind and key, and the kind (1: Ed25519) with the key itself.
const [name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifyingKey)?.slice(1) ?? fail("this is no key");
const key = Buffer.from(encoded, "base64");
if (key.length !== 33 || key[0] !== 1) fail("this is no Ed25519 key");
if (sha256(`${name}\n`, key).subarray(0, 4).toString("hex") !== id) fail("the key and its id differ");
const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key.subarray(1)]);
const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });

// The checkpoint: a text, an empty line, and signatures; each has the key's id before its 64 bytes.
const end = proof.checkpoint.lastIndexOf("\n\n") + 1;
const text = proof.checkpoint.slice(0, end);
const signatures = proof.checkpoint.slice(end + 1).split("\n").filter(Boolean);
const signed = signatures.some((line) => {
  const [dash, who, raw] = line.split(" ");
  const bytes = Buffer.from(raw ?? "", "base64");
  const ours = dash === "—" && who === name && bytes.subarray(0, 4).toString("hex") === id;
  return ours && verify(null, Buffer.from(text), publicKey, bytes.subarray(4));
});
if (!signed) fail("the key has not signed the checkpoint");
const [origin, sizeText, rootText] = text.split("\n");
if (origin !== name) fail("the checkpoint is of another log");
const size = Number(sizeText);
const root = Buffer.from(rootText, "base64");

// Each entry: from its leaf to the root (RFC 9162, section 2.1.3.2).
if (proof.entries.length === 0) fail("it has no entries");
for (const { index, entry, hashes } of proof.entries) {
  if (!(index < size)) fail(`entry ${index} is not under the checkpoint`);
  let [at, last, hash] = [index, size - 1, leaf(Buffer.from(entry))];
  for (const raw of hashes) {
    const beside = Buffer.from(raw, "base64");
    if (last === 0) fail(`entry ${index} has too many hashes`);
    if (at % 2 === 1 || at === last) {
      hash = node(beside, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = node(hash, beside);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !hash.equals(root)) fail(`entry ${index} is not in the log`);
  const row = JSON.parse(entry);
  if (row.seq !== index + 1) fail(`entry ${index} says that it is another one`);
  console.log(`${new Date(row.at / 1000).toISOString()} ${row.action} by ${row.actor} ${JSON.stringify(row.detail)}`);
}
console.log(`${proof.entries.length} entries are in the log of ${origin} with ${size} entries, signed by ${verifyingKey}`);
