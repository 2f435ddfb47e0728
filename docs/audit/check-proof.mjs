// Checks the output of `bindeledd audit prove`, with Node's own SHA-256 and Ed25519 alone:
//
//     node check-proof.mjs proof.json [key] [--document file]
//
// `key` is the log's verifying key from a source that you trust. Without it, the proof's own key is used, which shows that the
// proof is consistent, but not its origin. With `--document` it checks that the log has the digest of that file's bytes:
// SHA-256 over the proof's salt and the bytes. Ends with 0 if everything is right.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const fail = (why) => {
  console.error(`the proof does not hold: ${why}`);
  process.exit(1);
};
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leaf = (entry) => sha256(Buffer.from([0]), entry);
const node = (left, right) => sha256(Buffer.from([1]), left, right);

const given = process.argv.slice(2);
const option = given.indexOf("--document");
const [, documentFile] = option < 0 ? [] : given.splice(option, 2);
if (option >= 0 && !documentFile) fail("--document names no file");
const proof = JSON.parse(readFileSync(given[0], "utf8"));
const verifyingKey = (given[1] ?? proof.key).trim();

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
const rows = [];
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
  rows.push(row);
  console.log(`${new Date(row.at / 1000).toISOString()} ${row.action} by ${row.actor} ${JSON.stringify(row.detail)}`);
}
console.log(`${proof.entries.length} entries are in the log of ${origin} with ${size} entries, signed by ${verifyingKey}`);

// The document: an entry that was checked above has its digest with the salt. A later entry `sending` about the same delivery,
// before another release, means that it was given to the wire.
if (documentFile) {
  if (!proof.document) fail("it has no salt, so that no document can be held against it");
  const digest = sha256(Buffer.from(proof.document.salt, "base64"), readFileSync(documentFile)).toString("hex");
  const about = rows.filter((row) => row.detail?.delivery === proof.delivery).sort((a, b) => a.seq - b.seq);
  const released = about.filter((row) => row.detail.documentDigest === digest);
  if (released.length === 0) fail(`${documentFile} has not the bytes of delivery ${proof.delivery}`);
  const next = (row) => about.find(({ seq, action }) => seq > row.seq && ["sending", "reserved"].includes(action));
  const left = (row) => row.action === "read-again" || next(row)?.action === "sending";
  const sent = released.filter(left);
  const adapter = (row) => (row.detail.adapter ? `, written by ${row.detail.adapter} ${row.detail.adapterSha256 ?? ""}` : "");
  for (const row of sent) console.log(`these bytes were given to the wire or the inbox in entry ${row.seq - 1}${adapter(row)}`);
  if (sent.length === 0) console.log("these bytes were made ready, and no entry says that they were given to the wire");
} else if (proof.document) {
  console.log("whether a document is the one that was sent is checked with --document");
}
