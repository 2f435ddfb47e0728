// An identity provider (npm `oidc-provider`) and a resource server (`jose`) for the tests of the hub's keys.
//
//   node peer.mjs <folder>
//
// The folder has tls.crt and tls.key; the client's private keys are put there. Prints one line of JSON when it listens.
// As HelseID: client credentials, private_key_jwt with its own type, DPoP with a nonce, JWT access tokens. As Maskinporten:
// the grant jwt-bearer. `/control/…` changes keys and tells what was on the wire, with tokens and signatures cut short.

import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import querystring from 'node:querystring';

import * as jose from 'jose';
import { Provider, errors } from 'oidc-provider';

import { bodyOf, keyPair, start } from './server.mjs';

const folder = process.argv[2];
const MESSAGES = 'https://msh.example';
const HUB = 'https://hub.example';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ORGANISATION = '915933149';

let issuer;
let provider;
let signing = [];
let helseid;
let maskinporten;
let tokenSeconds = 60;
let resourceNonce = randomUUID();
const seenProofs = new Set();
const seenAssertions = new Set();
const wire = [];

// The client's keys, in the issuers' own forms.
async function clientKeys(alg) {
  helseid = await keyPair(alg);
  writeFileSync(join(folder, 'helseid.jwk'), JSON.stringify(helseid.secret), { mode: 0o600 });
  writeFileSync(join(folder, 'helseid.pem'), helseid.pem, { mode: 0o600 });
}

async function issuerKeys() {
  signing = [(await keyPair('RS256')).secret, (await keyPair('ES256')).secret];
}

function resource(identifier) {
  return {
    audience: identifier,
    scope: 'nhn:msh/api bindeledd',
    accessTokenTTL: tokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  };
}

function makeProvider() {
  const made = new Provider(issuer, {
    jwks: { keys: signing },
    routes: { token: '/connect/token' },
    scopes: ['nhn:msh/api', 'bindeledd'],
    clientAuthMethods: ['private_key_jwt', 'client_secret_post', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'PS512', 'ES256', 'ES384'] },
    clockTolerance: 5,
    clients: [
      {
        client_id: 'hub-at-helseid', jwks: { keys: [helseid.open] }, token_endpoint_auth_method: 'private_key_jwt',
        dpop_bound_access_tokens: true, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
        scope: 'nhn:msh/api bindeledd',
      },
      {
        client_id: 'hub-with-secret', client_secret: 'a-secret-of-the-tests-alone', token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope: 'bindeledd',
      },
      {
        client_id: 'hub-at-maskinporten', token_endpoint_auth_method: 'none', grant_types: [JWT_BEARER],
        redirect_uris: [], response_types: [], scope: 'bindeledd',
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => MESSAGES,
        getResourceServerInfo: (_, identifier) => resource(identifier),
        useGrantedResource: () => true,
      },
    },
    extraTokenClaims: (ctx) => ({
      'helseid://claims/client/claims/orgnr_parent': ORGANISATION,
      consumer: { authority: 'iso6523-actorid-upis', ID: `0192:${ctx.oidc.body.consumer_org ?? ORGANISATION}` },
    }),
    assertJwtClientAuthClaimsAndHeader: async (_, claims, header) => {
      if (header.typ !== 'client-authentication+jwt') throw new errors.InvalidClientAuth('typ');
      if (claims.aud !== issuer) throw new errors.InvalidClientAuth('aud is not the issuer alone');
      if (claims.exp - claims.iat > 60) throw new errors.InvalidClientAuth('lives too long');
    },
  });
  made.registerGrantType(JWT_BEARER, signedRequest, ['assertion', 'client_id']);
  provider = made.callback();
}

// Maskinporten's grant: the assertion names the client and the scope.
async function signedRequest(ctx) {
  const refuse = (why) => new errors.InvalidGrant(why);
  let checked;
  try {
    const key = await jose.importJWK(maskinporten.open, maskinporten.open.alg);
    checked = await jose.jwtVerify(ctx.oidc.body.assertion, key, {
      issuer: 'hub-at-maskinporten', audience: issuer, algorithms: ['RS256'], requiredClaims: ['jti', 'exp', 'iat', 'scope'],
    });
  } catch (cause) {
    throw refuse(cause.code);
  }
  const { jti, exp, iat, scope, consumer_org: consumerOrg } = checked.payload;
  if (exp - iat > 120) throw refuse('lives too long');
  if (seenAssertions.has(jti)) throw refuse('seen before');
  seenAssertions.add(jti);
  ctx.oidc.body.consumer_org = consumerOrg;
  const token = new ctx.oidc.provider.ClientCredentials({ client: ctx.oidc.client, scope });
  const { ResourceServer } = ctx.oidc.provider;
  token.resourceServer = new ResourceServer(HUB, resource(HUB));
  ctx.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: token.expiration, scope };
}

function cut(text) {
  return text.length > 16 ? `${text.slice(0, 8)}…` : text;
}

function decoded(token) {
  try {
    return { header: jose.decodeProtectedHeader(token), claims: jose.decodeJwt(token), signature: cut(token.split('.')[2]) };
  } catch {
    return cut(token);
  }
}

function shown(headers) {
  const kept = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'authorization') {
      const [scheme, token] = value.split(' ');
      kept[name] = { scheme, token: decoded(token) };
    } else if (name === 'dpop') {
      kept[name] = decoded(value);
    } else {
      kept[name] = value;
    }
  }
  return kept;
}

// The resource: accepts a bound token with a proof that has its own nonce, or under /bearer a token alone.
async function guarded(req, res, path) {
  const answer = (status, headers = {}) => res.writeHead(status, headers).end();
  const proofNeeded = !path.startsWith('/bearer');
  const [scheme, token] = (req.headers.authorization ?? '').split(' ');
  const keys = jose.createLocalJWKSet({ keys: signing.map(({ d, p, q, dp, dq, qi, ...open }) => open) });
  try {
    const { payload } = await jose.jwtVerify(token, keys, { issuer, audience: [MESSAGES, HUB], typ: 'at+jwt' });
    if (!proofNeeded) {
      if (scheme !== 'Bearer' || payload.cnf) throw new Error('scheme');
      return answer(201);
    }
    const { payload: proof, protectedHeader } = await jose.jwtVerify(req.headers.dpop, jose.EmbeddedJWK, { typ: 'dpop+jwt' });
    const ath = createHash('sha256').update(token).digest('base64url');
    const fits = scheme === 'DPoP' && proof.ath === ath && proof.htm === req.method && proof.htu === `${issuer}${path}`
      && payload.cnf.jkt === await jose.calculateJwkThumbprint(protectedHeader.jwk)
      && Math.abs(Date.now() / 1000 - proof.iat) < 60 && !seenProofs.has(proof.jti);
    seenProofs.add(proof.jti);
    if (!fits) throw new Error('proof');
    if (proof.nonce !== resourceNonce) {
      return answer(401, { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': resourceNonce });
    }
    return answer(201);
  } catch {
    return answer(401, { 'WWW-Authenticate': 'DPoP error="invalid_token"' });
  }
}

async function control(path, body) {
  switch (path) {
    case '/control/wire': return wire.splice(0);
    case '/control/issuer-keys': await issuerKeys(); makeProvider(); return {};
    case '/control/client-keys': await clientKeys(body); makeProvider(); return {};
    case '/control/resource-nonce': resourceNonce = randomUUID(); return {};
    case '/control/token-seconds': tokenSeconds = Number(body); return {};
    default: throw new Error(path);
  }
}

async function serve(req, res) {
  const [path] = req.url.split('?');
  if (path.startsWith('/control/')) {
    const answer = await control(path, await bodyOf(req));
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    return;
  }
  const seen = { request: `${req.method} ${req.url}`, headers: shown(req.headers) };
  wire.push(seen);
  res.on('finish', () => {
    seen.answer = { status: res.statusCode, 'dpop-nonce': cut(String(res.getHeader('dpop-nonce') ?? '')) };
  });
  if (path === '/connect/token' && req.method === 'POST') {
    const form = { ...querystring.parse(await bodyOf(req)) };
    seen.form = Object.fromEntries(Object.entries(form).map(([name, value]) => {
      if (name === 'client_secret') return [name, '…'];
      return [name, name.endsWith('assertion') ? decoded(value) : value];
    }));
    // The provider requires the client's id; this grant has it only in the assertion.
    if (form.grant_type === JWT_BEARER) form.client_id = jose.decodeJwt(form.assertion).iss;
    req.body = form;
  }
  if (path.startsWith('/resource') || path.startsWith('/bearer')) {
    await bodyOf(req);
    await guarded(req, res, path);
    return;
  }
  if (path === '/.well-known/oauth-authorization-server') req.url = '/.well-known/openid-configuration';
  provider(req, res);
}

await issuerKeys();
await clientKeys('RS256');
maskinporten = await keyPair('RS256');
writeFileSync(join(folder, 'maskinporten.pem'), maskinporten.pem, { mode: 0o600 });
start(folder, serve, (address) => {
  issuer = address;
  makeProvider();
});
