import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../free-port.ts';
import { runPlatform, send, spawnPlatform, startPlatform, writeFixtures } from './embedded.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'launchgate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a port in use is one line and exit code 2, before anything is prepared', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => taken.once('listening', listening));
  const { port } = taken.address() as { port: number };
  const { code, stderr, stdout } = await runPlatform(['--port', String(port), '--fixtures', writeFixtures()]);
  taken.close();
  assert.equal(code, 2);
  assert.equal(stderr, `platform: Port ${port} is in use; choose another with --port, or 0 for any free one.\n`);
  assert.equal(stdout, '');
});

test('fixtures that are missing or broken are one line with file, line and column', async (t) => {
  const folder = temporaryFolder(t);
  const missing = await runPlatform(['--fixtures', folder]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^platform: .*users\.csv can't be read; run `.\/launchgate data generate`.*\n$/);
  writeFileSync(join(folder, 'users.csv'), 'email,user_id,role,tier,creator_id,name\na@example.com,,student,pro,c,A\n');
  const broken = await runPlatform(['--fixtures', folder]);
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /^platform: fixtures\/users\.csv line 2: column "user_id" is empty;.*\n$/);
});

test('a database off loopback is one line and exit code 2', async () => {
  const { code, stderr } = await runPlatform([], { PLATFORM_DATABASE_URL: 'postgres://u:secret@db.example.com/app' });
  assert.equal(code, 2);
  assert.match(stderr, /^platform: PLATFORM_DATABASE_URL must point to this machine .*\n$/);
  assert.doesNotMatch(stderr, /secret/);
});

test('a database that nobody serves is one line and exit code 2', async () => {
  const { code, stderr } = await runPlatform(['--empty'], { PLATFORM_DATABASE_URL: 'postgres://u@127.0.0.1:1/app' });
  assert.equal(code, 2);
  assert.equal(stderr, 'platform: PLATFORM_DATABASE_URL: no server answers there.\n');
});

test('help and the list of switches are printed and end well', async () => {
  const help = await runPlatform(['--help']);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout, /^Usage: platform /);
  const list = await runPlatform(['--list-switches']);
  assert.match(list.stdout, /^connectionLimit +free 15, recommended 60 /);
});

test('it says in one line when it is ready, answers, and ends when its parent is gone', async () => {
  const platform = await startPlatform('recommended');
  assert.equal((await send(platform, 'GET', '/api/health')).body.status, 'healthy');
  const ended = new Promise((resolved) => platform.process.once('exit', resolved));
  platform.process.stdin!.end();
  assert.equal(await ended, 0);
});

test('SIGTERM ends it at once, also while it prepares', async () => {
  const child = spawnPlatform(['--empty']);
  await new Promise((said) => child.stderr!.once('data', said));
  child.kill('SIGTERM');
  const [code, signal] = await new Promise<[number | null, string | null]>((resolved) =>
    child.once('exit', (...how) => resolved(how)),
  );
  assert.deepEqual([code, signal], [0, null]);
});

test('a port that it prepares behind answers 503 until it is ready', async () => {
  const port = await freePort();
  const child = spawnPlatform(['--empty', '--port', String(port)]);
  await new Promise((said) => child.stderr!.once('data', said));
  const { status } = await fetch(`http://127.0.0.1:${port}/api/health`);
  child.kill('SIGTERM');
  assert.equal(status, 503);
});
