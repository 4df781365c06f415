import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { archivedSettings } from '../../gate/runs/k6/archive.ts';
import { findK6 } from '../../gate/runs/k6/k6.ts';
import type { Summary } from '../../src/wire/facts.ts';
import { readSettings, SETTINGS } from '../../src/wire/settings.ts';
import { TEST_NAMES } from '../../src/workloads.ts';

const SECRETS = {
  LAUNCHGATE_PASSWORD_KEY: 'canary-password-key',
  SUPABASE_ANON_KEY: 'canary-anon-key',
  SUPABASE_SERVICE_ROLE_KEY: 'canary-service-key',
  EXTRA_HEADERS: '{"x-bypass":"canary-bypass"}',
  DATABASE_URL: 'postgres://canary-database',
};

let folder: string;
let k6: string;
/** Healthy, and refuses everything else. */
let platform: Server;
let url: string;
let asked: () => void = () => undefined;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-archive-'));
  const { PATH = '', LAUNCHGATE_K6 = '' } = process.env;
  const found = await findK6({ root: process.cwd(), named: LAUNCHGATE_K6, path: PATH });
  assert.ok(found.ok);
  k6 = found.k6.path;
  platform = createServer((request, response) => {
    const healthy = request.url === '/api/health';
    response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' });
    response.end(healthy ? '{"status":"healthy"}' : '{}');
    if (!healthy) asked();
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
});
after(async () => {
  platform.closeAllConnections();
  platform.close();
  await rm(folder, { recursive: true });
});

interface Ended {
  exitCode: number | null;
  output: string;
}

function ended(command: string, args: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(command, args, options, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode, output: stdout + stderr }),
    );
  });
}

function archive(name: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { PATH, HOME } = process.env;
  return ended('./launchgate', ['archive', name, ...args], {
    env: { PATH, HOME, LAUNCHGATE_K6: k6, LAUNCHGATE_ENV_FILE: '/dev/null', ...env },
  });
}

for (const name of TEST_NAMES.filter((name) => existsSync(`src/tests/${name}.ts`))) {
  test(`The archive of ${name} runs in an empty folder, with nothing but k6 and the secrets`, async () => {
    const path = join(folder, `${name}.tar`);
    // So fast that the first user speaks at once.
    const made = await archive(name, ['--profile', 'smoke', '--pace', '50', '--base-url', url, '--out', path], SECRETS);
    assert.equal(made.exitCode, 0, made.output);

    const unpacked = join(folder, `${name}-unpacked`);
    await mkdir(unpacked);
    await ended('tar', ['-xf', path, '-C', unpacked], { env: process.env });
    const bytes = await readFile(path);
    assert.ok(!bytes.includes('canary'), 'a secret is in the archive');
    // k6 keeps what it fetched from elsewhere under https/.
    assert.ok(!(await readdir(unpacked)).includes('https'));
    const { env } = JSON.parse(await readFile(join(unpacked, 'metadata.json'), 'utf8')) as { env: object };
    assert.deepEqual(Object.keys(env).sort(), ['ARCHIVED_LOAD', 'BASE_URL', 'PACE', 'PROFILE']);

    const empty = join(folder, `${name}-empty`);
    await mkdir(empty);
    const firstRequest = new Promise<void>((done) => {
      asked = done;
    });
    const child = spawn(k6, ['run', '--quiet', '--no-usage-report', '--address', '', path], {
      cwd: empty,
      env: { HOME: empty, LAUNCHGATE_PASSWORD_KEY: SECRETS.LAUNCHGATE_PASSWORD_KEY },
      stdio: 'ignore',
    });
    const end = once(child, 'close') as Promise<[number]>;
    await Promise.race([firstRequest, end]);
    child.kill('SIGINT');
    // A test whose users make one journey each may be through before it is told to stop.
    assert.ok([0, 105].includes((await end)[0]));
    assert.deepEqual(await readdir(empty), ['summary.json']);
    const summary = JSON.parse(await readFile(join(empty, 'summary.json'), 'utf8')) as Summary;
    assert.equal(summary.test, name);
    assert.ok(summary.totals.requests > 0);
  });
}

/** What would change the scenarios, which are in the archive ready-made. */
const OTHER_LOADS: [test: string, made: Record<string, string>, asked: Record<string, string>, line: RegExp][] = [
  ['chat', {}, { PROFILE: 'full' }, /holds the load of PROFILE=smoke .* and was asked for PROFILE=full/],
  ['video', {}, { PROCESSING_SPEEDUP: '60' }, /PROCESSING_SPEEDUP= and was asked for .*PROCESSING_SPEEDUP=60;/],
  ['video', { PROCESSING_SPEEDUP: '60' }, { PROCESSING_SPEEDUP: '1' }, /=60 and was asked for .*PROCESSING_SPEEDUP=1;/],
];
for (const [name, made, asked, line] of OTHER_LOADS) {
  test(`An archive of ${name} is refused another load than its own: ${JSON.stringify([made, asked])}`, async () => {
    const path = join(folder, 'fixed.tar');
    const { exitCode: archived, output: said } = await archive(
      name,
      ['--profile', 'smoke', '--base-url', url, '--out', path],
      made,
    );
    assert.equal(archived, 0, said);
    const { exitCode, output } = await ended(k6, ['run', '--quiet', '--address', '', path], {
      cwd: folder,
      env: { HOME: folder, ...asked },
    });
    assert.equal(exitCode, 107);
    assert.match(output, line);
  });
}

test('An archive for a platform elsewhere keeps the guard: an unnamed host, and a key that everybody knows', async () => {
  const path = join(folder, 'elsewhere.tar');
  const elsewhere = { BASE_URL: 'https://staging.example.com', LAUNCHGATE_TARGETS: 'staging.example.com' };
  const made = await archive('chat', ['--profile', 'smoke', '--out', path], { ...elsewhere, ...SECRETS });
  assert.equal(made.exitCode, 0, made.output);
  const run = (env: NodeJS.ProcessEnv) =>
    ended(k6, ['run', '--quiet', '--address', '', path], { cwd: folder, env: { HOME: folder, ...env } });
  const other = await run({ BASE_URL: 'https://other.example.com' });
  assert.equal(other.exitCode, 107);
  assert.match(other.output, /BASE_URL: other\.example\.com was not named/);
  const keyless = await run({});
  assert.equal(keyless.exitCode, 107);
  assert.match(keyless.output, /LAUNCHGATE_PASSWORD_KEY: its default is public/);
});

test('What can’t be archived is said before k6 is asked', async () => {
  const { exitCode, output } = await archive('chat', ['--profile', 'smoke']);
  assert.equal(exitCode, 2);
  assert.match(output, /BASE_URL is not set: an archive is made for a platform/);
  const unnamed = await archive('chat', ['--base-url', 'https://staging.example.com'], SECRETS);
  assert.match(unnamed.output, /staging\.example\.com was not named/);
});

test('Of all settings only those travel that are no secret and true elsewhere', () => {
  const everything = Object.fromEntries(SETTINGS.map(({ name }) => [name, `set-${name}`]));
  const names = archivedSettings(readSettings(everything)).map(([name]) => name);
  const secrets = SETTINGS.filter((setting) => 'secret' in setting).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => (secrets as string[]).includes(name)),
    [],
  );
  for (const here of ['SESSIONS_FILE', 'LIMITS_FILE', 'ALLOW_PRODUCTION', 'GENERATORS', 'LAUNCHGATE_SUMMARY']) {
    assert.ok(!(names as string[]).includes(here), here);
  }
  for (const elsewhere of [
    'BASE_URL',
    'LAUNCHGATE_TARGETS',
    'MAX_AI_CALLS',
    'PROFILE',
    'USERS',
    'SEED',
    'CLOUD_ZONES',
  ]) {
    assert.ok((names as string[]).includes(elsewhere), elsewhere);
  }
});
