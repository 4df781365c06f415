import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ServedResults, serveResults } from '../../gate/report/serve.ts';

let folder: string;
let served: ServedResults;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-serve-'));
  await mkdir(join(folder, 'results', 'chat'), { recursive: true });
  await writeFile(join(folder, 'results', 'index.html'), '<p>index</p>');
  await writeFile(join(folder, 'results', 'chat', 'report.html'), '<p>report</p>');
  await writeFile(join(folder, 'results', 'chat', 'secret.pem'), 'key');
  await writeFile(join(folder, 'outside.html'), 'outside');
  await symlink(join(folder, 'outside.html'), join(folder, 'results', 'link.html'));
  served = await serveResults(join(folder, 'results'), 0);
});
after(async () => {
  served.server.close();
  await rm(folder, { recursive: true });
});

/** Sends the path as it is: fetch() would tidy it up. */
function get(
  path: string,
  options: { host?: string; method?: string } = {},
): Promise<{ status: number; body: string }> {
  const { port } = new URL(served.url);
  const { host = `127.0.0.1:${port}`, method = 'GET' } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }, (response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    });
    sent.on('error', reject).end();
  });
}

test('the address is of this machine only', () => assert.match(served.url, /^http:\/\/127\.0\.0\.1:\d+$/));

test('the index and the reports are served', async () => {
  assert.deepEqual(await get('/'), { status: 200, body: '<p>index</p>' });
  assert.deepEqual(await get('/chat/report.html?x=1'), { status: 200, body: '<p>report</p>' });
});

test('another host name is refused: it may be a foreign page that points its name here', async () => {
  assert.equal((await get('/', { host: 'attacker.example' })).status, 421);
  assert.equal((await get('/', { host: '127.0.0.1' })).status, 421);
});

test('localhost is this machine too', async () => {
  const { port } = new URL(served.url);
  assert.equal((await get('/', { host: `localhost:${port}` })).status, 200);
});

for (const path of [
  '/../outside.html',
  '/%2e%2e/outside.html',
  '/chat/..%2f..%2foutside.html',
  '/link.html',
  '/chat/secret.pem',
  '/chat',
  '/%00',
  '/%',
]) {
  test(`${path} is not handed out`, async () => assert.equal((await get(path)).status, 404));
}

test('only reading is possible', async () => assert.equal((await get('/', { method: 'POST' })).status, 405));

test('a port that is taken is one clear line', async () => {
  const { port } = new URL(served.url);
  await assert.rejects(serveResults(join(folder, 'results'), Number(port)), {
    message: `port ${port} can't be used (EADDRINUSE); choose another with --port.`,
  });
});
