import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as esbuild from 'esbuild';
import { k6Testing } from '../../build/k6-testing.mjs';
import { k6Binary } from './k6-binary.ts';

const PUBLISHED = 'export const expect = () => "the published one";\n';
const SHA256 = createHash('sha256').update(PUBLISHED).digest('hex');

const k6Path = await k6Binary();
let folder: string;
let baseUrl: string;
let answer: { status: number; body: string };
let requests: string[];

const server = createServer((request, response) => {
  requests.push(request.url!);
  response.writeHead(answer.status).end(answer.body);
});

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => server.close());

describe('the build of a test that imports k6-testing', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'k6-testing-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('bundles the published module and fetches it only once', async () => {
    answer = { status: 200, body: PUBLISHED };
    requests = [];
    const cacheFolder = join(folder, 'cache');
    for (const outdir of [join(folder, 'first'), join(folder, 'second')]) {
      await bundle({ outdir, cacheFolder });
      assert.match(await readFile(join(outdir, 'stdin.js'), 'utf8'), /the published one/);
      assert.deepEqual(await recorded(outdir), { k6Testing: 'jslib 0.6.1' });
    }
    assert.deepEqual(requests, ['/k6-testing/0.6.1/index.js']);
  });

  it('fails when the published module has other bytes than those that were reviewed', async () => {
    answer = { status: 200, body: `${PUBLISHED}// and something more\n` };
    const result = await bundle({ cacheFolder: join(folder, 'wrong') }).catch((error: Error) => error);
    assert.ok(result instanceof Error);
    assert.match(result.message, new RegExp(`SHA-256 [0-9a-f]{64} instead of ${SHA256}: not bundled`));
  });

  it('says in one line that the module is missing, and bundles the stand-in', async (context) => {
    answer = { status: 503, body: 'try later' };
    const warn = context.mock.method(console, 'warn', () => {});
    const outdir = join(folder, 'missing');
    await bundle({ outdir, cacheFolder: join(folder, 'none') });
    assert.deepEqual(await recorded(outdir), { k6Testing: 'stand-in' });
    const said = warn.mock.calls.map((call) => call.arguments[0]);
    assert.deepEqual(said, [
      `k6-testing 0.6.1 can't be fetched from ${baseUrl}/k6-testing/0.6.1/index.js (HTTP 503): bundling its stand-in.`,
    ]);
  });

  it('asks once, however many bundles import it', async (context) => {
    answer = { status: 503, body: '' };
    requests = [];
    context.mock.method(console, 'warn', () => {});
    const importer = { contents: `import { expect } from 'k6-testing'; expect();`, resolveDir: '.' };
    await esbuild.build({
      ...BUILD,
      entryPoints: ['one', 'two'],
      outdir: join(folder, 'two'),
      plugins: [
        k6Testing({ baseUrl, cacheFolder: join(folder, 'none') }),
        {
          name: 'two-tests',
          setup(build) {
            build.onResolve({ filter: /^(one|two)$/ }, ({ path }) => ({ path, namespace: 'test' }));
            build.onLoad({ filter: /.*/, namespace: 'test' }, () => importer);
          },
        },
      ],
    });
    assert.equal(requests.length, 1);
  });

  it('leaves the network alone when no bundle imports it', async () => {
    requests = [];
    await bundle({ cacheFolder: join(folder, 'none'), source: 'export default 1;' });
    assert.deepEqual(requests, []);
  });
});

describe('the stand-in, run by k6', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'k6-stand-in-'));
    answer = { status: 503, body: '' };
  });
  after(() => rm(folder, { recursive: true }));

  it('exits 0 when every expectation holds', async () => {
    const { exitCode, log } = await runInK6(`expect.soft(200, 'status').toBe(200); console.log('went on');`);
    assert.equal(exitCode, 0);
    assert.match(log, /went on/);
  });

  it('goes on after a soft expectation that does not hold, and exits 110', async () => {
    const { exitCode, log } = await runInK6(
      `expect.soft(200, 'empty message').toBe(400); expect.soft(1, 'next').toBe(2); console.log('went on');`,
    );
    assert.equal(exitCode, 110);
    assert.match(log, /empty message.*\n.*next.*\n.*went on/);
  });

  it('aborts at a plain expectation that does not hold, and exits 108', async () => {
    const { exitCode, log } = await runInK6(`expect(200, 'sign-in').toBe(400); console.log('went on');`);
    assert.equal(exitCode, 108);
    assert.match(log, /sign-in/);
    assert.doesNotMatch(log, /went on/);
  });
});

const BUILD: esbuild.BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  external: ['k6', 'k6/*'],
  logLevel: 'silent',
};

async function bundle({
  cacheFolder,
  outdir = join(folder, 'out'),
  source = `import { expect, K6_TESTING } from 'k6-testing'; console.log(expect, K6_TESTING);`,
}: {
  cacheFolder: string;
  outdir?: string;
  source?: string;
}): Promise<void> {
  await esbuild.build({
    ...BUILD,
    stdin: { contents: source, resolveDir: '.' },
    outdir,
    plugins: [k6Testing({ baseUrl, sha256: SHA256, cacheFolder })],
  });
}

async function recorded(outdir: string): Promise<unknown> {
  return JSON.parse(await readFile(join(outdir, 'k6-testing.json'), 'utf8'));
}

async function runInK6(journey: string): Promise<{ exitCode: number; log: string }> {
  const source = `import { expect } from 'k6-testing';\nexport default function () { ${journey} }`;
  await bundle({ cacheFolder: join(folder, 'none'), source });
  return new Promise((resolve) => {
    const args = ['run', '--quiet', '--no-usage-report', '--address', '', join(folder, 'out', 'stdin.js')];
    execFile(k6Path, args, (error, _stdout, log) => resolve({ exitCode: Number(error?.code ?? 0), log }));
  });
}
