// An identity provider of persons (npm `oidc-provider`) for the tests of the console.
//
//   node persons.mjs <folder> <console>
//
// The folder has tls.crt and tls.key; the hub's private key is put there as hub.jwk. `<console>` is the console's address. Prints
// one line of JSON when it listens. A browser that comes to sign in is signed in at once, as the person that `/control/person` set.

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

import * as jose from 'jose';
import { Provider } from 'oidc-provider';

const [folder, hub] = process.argv.slice(2);
const tls = { cert: readFileSync(join(folder, 'tls.crt')), key: readFileSync(join(folder, 'tls.key')) };

let issuer;
let provider;
let signing;
let person = { sub: 'kari', acr: 'high' };

async function keyPair(alg) {
  const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
  const kid = randomUUID().slice(0, 8);
  const [secret, open] = [await jose.exportJWK(privateKey), await jose.exportJWK(publicKey)];
  return { secret: { ...secret, alg, kid }, open: { ...open, alg, kid, use: 'sig' } };
}

const own = await keyPair('ES256');
writeFileSync(join(folder, 'hub.jwk'), JSON.stringify(own.secret), { mode: 0o600 });

function client(id, name, more) {
  return {
    client_id: id,
    redirect_uris: [`${hub}/console/openid/callback/${name}`],
    post_logout_redirect_uris: [`${hub}/console/sign-in`],
    backchannel_logout_uri: `${hub}/console/openid/back-channel`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
    ...more,
  };
}

async function makeProvider() {
  signing = await keyPair('ES256');
  provider = new Provider(issuer, {
    jwks: { keys: [signing.secret] },
    clients: [
      client('hub-with-secret', 'secret', {
        client_secret: 'a-secret of: the tests', token_endpoint_auth_method: 'client_secret_basic',
      }),
      client('hub-with-key', 'key', { jwks: { keys: [own.open] }, token_endpoint_auth_method: 'private_key_jwt' }),
    ],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
    acrValues: ['high', 'low'],
    claims: { openid: ['sub', 'oid'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of-the-tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, oid: `${id}-1` }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => { ctx.body = form; } },
    },
    pkce: { required: () => true },
    // The provider calls no address of this machine by itself, and the hub of the tests has one.
    fetch: (address, { dispatcher, ...options }) => fetch(address, options),
  });
  provider.on('server_error', (_, error) => console.error(error));
  provider.on('backchannel.error', (_, error) => console.error(error));
}

async function interaction(req, res) {
  if (person.refuses) {
    await provider.interactionFinished(req, res, { error: 'access_denied' });
    return;
  }
  const { params } = await provider.interactionDetails(req, res);
  const grant = new provider.Grant({ accountId: person.sub, clientId: params.client_id });
  grant.addOIDCScope('openid');
  const login = { accountId: person.sub, acr: person.acr };
  await provider.interactionFinished(req, res, { login, consent: { grantId: await grant.save() } });
}

async function bodyOf(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function serve(req, res) {
  const [path] = req.url.split('?');
  if (path === '/control/person') {
    person = JSON.parse(await bodyOf(req));
    res.writeHead(200).end('{}');
  } else if (path === '/control/keys') {
    await makeProvider();
    res.writeHead(200).end('{}');
  } else if (path.startsWith('/interaction/')) {
    await interaction(req, res);
  } else {
    provider.callback()(req, res);
  }
}

const server = createServer(tls, (req, res) => serve(req, res).catch((error) => {
  console.error(error);
  res.writeHead(500).end();
}));
// The test reads one line alone: notices of the provider must not end the process.
console.info = console.error;
console.warn = console.error;
process.stdout.on('error', () => {});
server.listen(0, '127.0.0.1', async () => {
  issuer = `https://localhost:${server.address().port}`;
  await makeProvider();
  console.log(JSON.stringify({ issuer }));
});
// It ends with the process that started it.
process.stdin.on('end', () => process.exit(0)).resume();
