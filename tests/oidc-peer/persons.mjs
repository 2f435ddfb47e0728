// An identity provider of persons (npm `oidc-provider`) for the tests of the console and of the participants' own pages.
//
//   node persons.mjs <folder> <console>
//
// The folder has tls.crt and tls.key; the hub's private key is put there as hub.jwk. `<console>` is the pages' address. Prints
// one line of JSON when it listens. A browser that comes to sign in is signed in at once, as the person that `/control/person` set:
// `claims` are more claims of that person, in the shape of ID-porten (`pid`) or of a broker (`subject`, `loa`).

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Provider } from 'oidc-provider';

import { bodyOf, keyPair, start } from './server.mjs';

const [folder, hub] = process.argv.slice(2);

let issuer;
let provider;
let signing;
let person = { sub: 'kari', acr: 'high' };

const own = await keyPair('ES256');
writeFileSync(join(folder, 'hub.jwk'), JSON.stringify(own.secret), { mode: 0o600 });

const OWN = ['pid', 'subject', 'loa'];

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

/** The issuer's page that asks whether to sign out. */
function logoutPage(form) {
  const button = '<button form="op.logoutForm" type="submit" name="logout" value="yes">Logg ut</button>';
  return `<!doctype html><html lang="nb"><title>Logg ut</title>${form}${button}</html>`;
}

async function makeProvider() {
  signing = await keyPair('ES256');
  provider = new Provider(issuer, {
    jwks: { keys: [signing.secret] },
    clients: [
      client('hub-with-secret', 'secret', {
        client_secret: 'a-secret of: the tests', token_endpoint_auth_method: 'client_secret_basic',
      }),
      client('hub-of-participants', 'own', {
        client_secret: 'a-secret of: the tests', token_endpoint_auth_method: 'client_secret_basic',
        redirect_uris: [`${hub}/meg/openid/callback/own`], post_logout_redirect_uris: [`${hub}/meg/left`],
        backchannel_logout_uri: undefined, backchannel_logout_session_required: undefined,
      }),
      client('hub-with-key', 'key', { jwks: { keys: [own.open] }, token_endpoint_auth_method: 'private_key_jwt' }),
    ],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
    acrValues: ['high', 'low', 'idporten-loa-high', 'idporten-loa-substantial', 'urn:bankid:bid'],
    claims: { openid: ['sub', 'oid', ...OWN] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of-the-tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, oid: `${id}-1`, ...person.claims }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => { ctx.body = logoutPage(form); } },
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

start(folder, serve, async (address) => {
  issuer = address;
  await makeProvider();
});
