import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { probeHealth } from '../../gate/runs/start/health.ts';
import { readSettings } from '../../src/wire/settings.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.on('listening', done));
  return (server.address() as AddressInfo).port;
}

function serving(answer: RequestListener): Promise<number> {
  return listening(createServer(answer));
}

const IMPATIENT = { attempts: 2, pauseMs: 10, answerMs: 300 };

/** What the probe says of this address, with the port replaced by PORT. */
async function verdictOn(BASE_URL: string, env: Record<string, string> = {}): Promise<string> {
  const health = await probeHealth(readSettings({ BASE_URL, ...env }), undefined, IMPATIENT);
  return (health.ok ? (health.notice ?? 'ok') : health.problem).replace(/127\.0\.0\.1:\d+/g, 'HOST');
}

/** Status, headers and body of an answer, and the one line that it gets. */
const ANSWERS: [string, number, Record<string, string>, string, string][] = [
  ['A healthy platform', 200, {}, '{"status":"healthy"}', 'ok'],
  ['A degraded platform', 200, {}, '{"status":"degraded"}', 'HOST says that it is degraded.'],
  [
    'An unhealthy platform',
    503,
    {},
    '{"status":"unhealthy","checks":{"database":{"status":"error"}}}',
    'BASE_URL: HOST says that it is unhealthy, its database does not answer.',
  ],
  [
    'A 404',
    404,
    {},
    '<html>',
    'BASE_URL: HOST has no /api/health (404); check BASE_URL, ROUTE_PREFIX and HEALTH_PATH.',
  ],
  [
    'HTML',
    200,
    {},
    '<!doctype html><title>Welcome</title>',
    "BASE_URL: HOST answers /api/health with HTML instead of the API's JSON (200); is it the app's address?",
  ],
  [
    'Other JSON',
    200,
    {},
    '{"hello":"world"}',
    "BASE_URL: HOST answers /api/health with something else instead of the API's JSON (200); is it the app's address?",
  ],
  [
    'Vercel’s challenge',
    429,
    { 'x-vercel-mitigated': 'challenge' },
    '<html>',
    'BASE_URL: a firewall in front of HOST asks for a browser check; allow the load test there, or set EXTRA_HEADERS to its bypass.',
  ],
  [
    'Cloudflare’s challenge',
    403,
    { 'cf-mitigated': 'challenge' },
    '<html>',
    'BASE_URL: a firewall in front of HOST asks for a browser check; allow the load test there, or set EXTRA_HEADERS to its bypass.',
  ],
  [
    'A challenge that only its words give away',
    403,
    {},
    '<html><title>Just a moment...</title>',
    'BASE_URL: a firewall in front of HOST asks for a browser check; allow the load test there, or set EXTRA_HEADERS to its bypass.',
  ],
  [
    'A protected preview',
    401,
    {},
    '<html>Authentication Required',
    "BASE_URL: HOST asks for a sign-in before /api/health (401); set EXTRA_HEADERS to the deployment's protection bypass.",
  ],
  [
    'A redirect',
    308,
    { location: 'https://www.example.com/api/health' },
    '',
    'BASE_URL: HOST redirects /api/health to https://www.example.com/api/health; set BASE_URL to the final address.',
  ],
  [
    'A redirect in a circle',
    302,
    { location: '/api/health?again' },
    '',
    'BASE_URL: HOST redirects /api/health to itself; look for rules there (https, www, slashes) that undo each other.',
  ],
  ['A bare 502', 502, {}, 'Bad Gateway', 'BASE_URL: HOST answers 502 to /api/health.'],
];
for (const [what, status, headers, body, expected] of ANSWERS) {
  test(`${what} gets its own line`, async () => {
    const port = await serving((_, response) => response.writeHead(status, headers).end(body));
    assert.equal(await verdictOn(`http://127.0.0.1:${port}`), expected);
  });
}

test('A platform that is still starting is asked again', async () => {
  let asked = 0;
  const port = await serving((_, response) => {
    asked++;
    response.writeHead(asked === 1 ? 503 : 200).end('{"status":"healthy"}');
  });
  assert.equal(await verdictOn(`http://127.0.0.1:${port}`), 'ok');
});

test('The question carries the route prefix and the extra headers', async () => {
  const port = await serving(({ url, headers }, response) => {
    const right = url === '/v2/api/health' && headers['x-bypass'] === 'yes';
    response.writeHead(right ? 200 : 404).end('{"status":"healthy"}');
  });
  const env = { ROUTE_PREFIX: '/v2/', EXTRA_HEADERS: '{"x-bypass":"yes"}' };
  assert.equal(await verdictOn(`http://127.0.0.1:${port}/`, env), 'ok');
});

test('A port on which nothing listens is refused in words', async () => {
  assert.equal(await verdictOn('http://127.0.0.1:9'), 'BASE_URL: nothing listens on HOST; is the platform running?');
});

test('A name that DNS does not know is a spelling mistake', async () => {
  assert.equal(
    await verdictOn('http://no-such-host.invalid'),
    'BASE_URL: the name no-such-host.invalid is not known to DNS; check the spelling.',
  );
});

test('https to a server that speaks plain http is told apart', async () => {
  const port = await serving((_, response) => response.end());
  assert.equal(
    await verdictOn(`https://127.0.0.1:${port}`),
    'BASE_URL: HOST does not speak TLS; try http:// instead of https://.',
  );
});

test('A certificate that nobody signed is named as the reason', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  );
  const port = await listening(createTlsServer({ key: await readFile(key), cert: await readFile(certificate) }));
  await rm(folder, { recursive: true });
  assert.equal(
    await verdictOn(`https://127.0.0.1:${port}`),
    'BASE_URL: the TLS certificate of HOST is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT).',
  );
});

test('A connection that is closed without an answer is told from an answer that breaks off', async () => {
  const closing = await serving(({ socket }) => void socket.destroy());
  assert.equal(
    await verdictOn(`http://127.0.0.1:${closing}`),
    'BASE_URL: HOST closes the connection without an answer (ECONNRESET).',
  );
  const breaking = await serving(({ socket }, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"status"', () => socket.destroy());
  });
  assert.equal(
    await verdictOn(`http://127.0.0.1:${breaking}`),
    'BASE_URL: HOST breaks its answer to /api/health off in the middle.',
  );
});

test('An answer that trickles in for ever is given up', async () => {
  const port = await serving((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"status"');
  });
  assert.equal(await verdictOn(`http://127.0.0.1:${port}`), 'BASE_URL: HOST did not answer within 0.3 s.');
});

test('A platform that accepts and never answers is given up', async () => {
  const port = await serving(() => undefined);
  assert.equal(await verdictOn(`http://127.0.0.1:${port}`), 'BASE_URL: HOST did not answer within 0.3 s.');
});

for (const [where, headers, body, revision] of [
  ['in the health answer', {}, '{"status":"healthy","commit":"4f2a91c"}', '4f2a91c'],
  ['in a header', { 'x-revision': 'b2' }, '{"status":"healthy"}', 'b2'],
  ['nowhere', {}, '{"status":"healthy"}', undefined],
] as const) {
  test(`The platform's revision is found ${where}`, async () => {
    const port = await serving((_, response) => {
      response.writeHead(200, headers).end(body);
    });
    const health = await probeHealth(readSettings({ BASE_URL: `http://127.0.0.1:${port}` }), undefined, IMPATIENT);
    assert.equal(health.ok && health.revision, revision);
  });
}
