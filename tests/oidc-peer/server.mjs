// Keys, bodies and a server over TLS, for both identity providers of the tests. The server ends with the process that started it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

import * as jose from 'jose';

/** Makes a key: as PEM, as a private JWK, and as a public one. */
export async function keyPair(alg) {
  const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const kid = randomUUID().slice(0, 8);
  const [secret, open] = [await jose.exportJWK(privateKey), await jose.exportJWK(publicKey)];
  return { pem: await jose.exportPKCS8(privateKey), secret: { ...secret, alg, kid }, open: { ...open, alg, kid, use: 'sig' } };
}

/** Reads the body of a request. */
export async function bodyOf(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Listens with the certificate in a folder, calls `began` with the issuer's address, and prints one line of JSON with it. */
export function start(folder, serve, began) {
  // The test reads one line alone: notices of the provider must not end the process.
  console.info = console.error;
  console.warn = console.error;
  process.stdout.on('error', () => {});
  const tls = { cert: readFileSync(join(folder, 'tls.crt')), key: readFileSync(join(folder, 'tls.key')) };
  const server = createServer(tls, (req, res) => serve(req, res).catch((error) => {
    console.error(error);
    res.writeHead(500).end();
  }));
  server.listen(0, '127.0.0.1', async () => {
    const issuer = `https://localhost:${server.address().port}`;
    await began(issuer);
    console.log(JSON.stringify({ issuer }));
  });
  process.stdin.on('end', () => process.exit(0)).resume();
}
