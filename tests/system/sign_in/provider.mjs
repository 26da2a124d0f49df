// An OpenID provider in the shape of Entra: npm's oidc-provider over https on a free loopback port.
//
// Reads one JSON object from its first line: {key, cert} in PEM, {tenants: {id: domain}}, {accounts: {login: claims}},
// {clients: {id: scopes}}, {instead: {id: [asked, given]}}, {graph}. Writes {"port"} once it listens, then answers each
// line {id, do, ...} with {id, ...}.
//
// The provider's own, as its authors certified it: pages, sessions, consent, codes, PKCE, tokens, rotation of refresh
// tokens, revocation, the device flow, the discovery document. Ours, to be like Entra:
// - one provider for each tenant, under /{tenant}, and /{domain} and /organizations as other names of one;
// - its routes, and /v2.0/.well-known/openid-configuration for its discovery document;
// - prompt=select_account is asked as prompt="login consent": without consent the provider gives no refresh token;
// - the claims tid, oid and preferred_username, and client_info in the answers of the token endpoint;
// - the scopes of Graph, which belong to a resource there, and for each client the most that it is given; a client in
//   "instead" is given what was consented to before, in place of what it asks for;
// - a device code is asked for every second instead of every five;
// - whether an access token is still good, which Graph decides at Entra: a token of this provider is good until its
//   time is over, its grant was revoked at the provider's own endpoint, or the tests end it before its time;
// - "demand": a renewal that carries certain claims is answered as Entra does where only a person can meet them.
import { createRequire } from 'node:module';
import https from 'node:https';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

const parts = createRequire(path.join(process.argv[2], 'package.json'));
const { default: Provider } = await import(pathToFileURL(parts.resolve('oidc-provider')));

// Standard output is for answers alone.
console.info = console.error;

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const asked = JSON.parse((await lines.next()).value);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const base64url = (what) => Buffer.from(JSON.stringify(what)).toString('base64url');

const issued = new Set();
const renewals = [];
const revoked = new Set();
// What is known of each access token, and the newest refresh token of each account.
const given = new Map();
const newest = new Map();
let seconds = 3600;
let demanded;

function account(_context, login) {
  const known = asked.accounts[login];
  return known && { accountId: login, claims: () => ({ sub: known.oid, preferred_username: login, ...known }) };
}

function provider(issuer) {
  const made = new Provider(issuer, {
    clients: Object.keys(asked.clients).map((id) => ({
      client_id: id,
      application_type: 'native',
      redirect_uris: ['http://localhost'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    })),
    claims: { openid: ['sub', 'tid', 'oid'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: account,
    cookies: { keys: ['on loopback alone'] },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      code_verification: '/oauth2/deviceauth',
      device_authorization: '/oauth2/v2.0/devicecode',
      jwks: '/discovery/v2.0/keys',
      revocation: '/oauth2/v2.0/revoke',
      token: '/oauth2/v2.0/token',
    },
    features: {
      deviceFlow: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => asked.graph,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, _resource, client) => ({
          scope: asked.clients[client.clientId].map((value) => `${asked.graph}/${value}`).join(' '),
          accessTokenFormat: 'jwt',
          accessTokenTTL: seconds,
        }),
      },
    },
  });
  made.use(async (context, next) => {
    await next();
    if (context.status !== 200) return;
    if (context.oidc?.route === 'device_authorization') context.body.interval = 1;
    if (context.oidc?.route !== 'token') return;
    const { claims } = context.oidc.body;
    if (demanded && context.oidc.params.grant_type === 'refresh_token' && claims?.includes(demanded)) {
      context.status = 400;
      context.body = {
        error: 'interaction_required',
        error_description: 'AADSTS50076: a second factor is demanded',
        error_codes: [50076],
        claims,
      };
      return;
    }
    const { uid, utid } = asked.accounts[context.oidc.entities.Account.accountId];
    context.body.client_info = base64url({ uid, utid });
  });
  made.on('authorization.success', (_context, response) => response?.code && issued.add(response.code));
  made.on('grant.success', ({ body, oidc }) => {
    for (const name of ['access_token', 'refresh_token', 'id_token']) if (body[name]) issued.add(body[name]);
    for (const name of ['code_verifier', 'device_code']) if (oidc.params[name]) issued.add(oidc.params[name]);
    const login = oidc.entities.Account.accountId;
    const { claims = null } = oidc.body;
    if (oidc.params.grant_type === 'refresh_token') renewals.push({ login, claims });
    newest.set(login, body.refresh_token);
    given.set(body.access_token, {
      login,
      claims,
      grant: oidc.entities.Grant.jti,
      ends: Date.now() / 1000 + body.expires_in,
      scopes: oidc.entities.AccessToken.scope.replaceAll(`${asked.graph}/`, '').split(' '),
      ...asked.accounts[login],
    });
  });
  made.on('grant.revoked', (_context, grant) => revoked.add(grant));
  made.on('server_error', (_context, error) => process.stderr.write(`${error.stack}\n`));
  return made.callback();
}

const tenants = new Map();
const server = https.createServer({ key: asked.key, cert: asked.cert }, (request, response) => {
  const [, name, rest] = /^\/([^/]+)(\/.*)$/.exec(request.url) ?? [];
  const tenant = tenants.get(name);
  if (!tenant) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'invalid_tenant', error_description: 'AADSTS90002: no such tenant' }));
    return;
  }
  const [wanted, got] = asked.instead[/\bclient_id=([^&]+)/.exec(rest)?.[1]] ?? ['', ''];
  const inner = rest
    .replace('/v2.0/.well-known/', '/.well-known/')
    .replace(/([?&]prompt=)select_account\b/, '$1login%20consent')
    .replace(wanted, got);
  // The provider makes its own addresses from what stands before its part of the original one.
  request.originalUrl = `/${tenant.id}${inner}`;
  request.url = inner;
  tenant.serve(request, response);
});

const deeds = {
  lifetime: ({ seconds: asTold }) => { seconds = asTold; return {}; },
  issued: () => ({ issued: [...issued] }),
  // What a Graph that trusts this provider has to know of a token that it is shown.
  judge: ({ token }) => {
    const known = given.get(token);
    if (!known) return { state: 'unknown' };
    const state = revoked.has(known.grant) ? 'revoked' : known.ends <= Date.now() / 1000 ? 'ended' : 'good';
    return { state, ...known };
  },
  // Lets the time of every access token be over.
  end: () => { for (const known of given.values()) known.ends = 0; return {}; },
  demand: ({ claims }) => { demanded = claims; return {}; },
  renewals: () => ({ renewals }),
  newest: ({ login }) => ({ token: newest.get(login) }),
};

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (const [id, domain] of Object.entries(asked.tenants)) {
    const tenant = { id, serve: provider(`https://localhost:${port}/${id}/v2.0`) };
    tenants.set(id, tenant).set(domain, tenant);
    if (!tenants.has('organizations')) tenants.set('organizations', tenant);
  }
  say({ port });
  for await (const line of lines) {
    const { id, do: deed, ...told } = JSON.parse(line);
    say({ id, ...deeds[deed](told) });
  }
  // Whoever started it is gone.
  process.exit(0);
});
