import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { clean } from '../../gate/target/clean.ts';
import { generateFixtures } from '../../gate/target/generate.ts';
import { connect, type Project } from '../../gate/target/project.ts';
import { seedTables } from '../../gate/target/rows.ts';
import { type SeedOptions, seed } from '../../gate/target/seed.ts';
import { prepareSessions } from '../../gate/target/sessions.ts';
import { dataStatus } from '../../gate/target/status.ts';
import { resetUsage } from '../../gate/target/usage.ts';
import { dataCheck, quotaCheck, searchCheck } from '../../gate/target/verify/data.ts';
import { readSessions } from '../../src/wire/sessions.ts';
import { readSettings, type Settings } from '../../src/wire/settings.ts';

const fixtures = generateFixtures({ students: 30, creators: 10, videos: 20, uploaders: 3 }, 1);
const folder = mkdtempSync(join(tmpdir(), 'launchgate-embedded-'));
const report = { progress: () => undefined, line: () => undefined };

let platform: ChildProcess;
let settings: Settings;
let project: Project;
let options: SeedOptions;
/** Access tokens by address. */
let tokens: Map<string, string>;

before(async () => {
  platform = spawn(process.execPath, ['dist/node/platform.mjs', '--empty', '--follow-stdin'], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((done) => {
    createInterface({ input: platform.stdout! }).on('line', (line) => done((JSON.parse(line) as { url: string }).url));
  });
  settings = { ...readSettings({}), BASE_URL: url };
  options = {
    ...{ fixtures, chunks: 60, today: new Date(), passwordKey: settings.LAUNCHGATE_PASSWORD_KEY },
    ...{ named: undefined, dryRun: false },
  };
  project = await connect(settings, 'seeding', report);
  await seed(project, options, report);
});
after(async () => {
  platform.stdin!.end();
  await new Promise((done) => platform.once('exit', done));
  rmSync(folder, { recursive: true });
});

const student = fixtures.users.find(({ role }) => role === 'student')!;
const uploader = fixtures.users.find(({ role }) => role === 'uploader')!;

async function send(method: string, path: string, email: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(settings.BASE_URL + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(email)}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function found(status: Awaited<ReturnType<typeof dataStatus>>): Record<string, number> {
  return Object.fromEntries(status.rows.map((row) => [row.what, row.found]));
}

test('the platform’s schema takes every row, once and again', async () => {
  const wanted = {
    users: fixtures.users.length,
    ...Object.fromEntries(seedTables(options).map(({ table, count }) => [table, count])),
  };
  assert.deepEqual(found(await dataStatus(project, options)), wanted);
  await seed(project, options, report);
  assert.deepEqual(found(await dataStatus(project, options)), wanted);
});

test('verify finds the data complete and the search in place', async () => {
  assert.equal((await dataCheck(project, options)).outcome, 'ok');
  assert.deepEqual(await searchCheck(project, options), {
    name: 'search',
    outcome: 'ok',
    detail: 'match_video_chunks finds a chunk by its embedding',
  });
});

test('every seeded user can be signed in beforehand', async () => {
  const path = join(folder, 'sessions.json');
  await prepareSessions({ settings, users: fixtures.users, path, rate: undefined }, report);
  const read = readSessions(readFileSync(path, 'utf8'), settings.BASE_URL);
  assert.ok(read.ok);
  assert.equal(read.sessions.length, fixtures.users.length);
  tokens = new Map(read.sessions.map(({ email, token }) => [email, token.access_token]));
});

test('a question counts against the quota until usage is reset', async () => {
  await send('POST', '/api/chat', student.email, { message: 'Can you explain aperture?' });
  const one = fixtures.users.filter(({ email }) => email === student.email);
  assert.equal((await quotaCheck(project, one, 99)).outcome, 'ok');
  assert.match((await quotaCheck(project, one, 100)).detail, /has 99\): run `\.\/launchgate data reset-usage`/);
  await resetUsage(project, undefined);
  assert.equal((await quotaCheck(project, one, 100)).outcome, 'ok');
});

test('cleaning takes what tests made through the app with it, files too, and leaves nothing', async () => {
  const upload = await send('POST', '/api/video/upload-url', uploader.email, {
    ...{ filename: 'a.mp4', contentType: 'video/mp4', fileSize: 5, title: 'A video' },
  });
  const put = await fetch(new URL(String(upload.uploadUrl), settings.BASE_URL), {
    ...{ method: 'PUT', headers: { 'content-type': 'video/mp4' }, body: 'bytes' },
  });
  assert.equal(put.status, 200);
  await send('POST', '/api/video/create', uploader.email, { videoId: upload.videoId });

  const wanted = Object.fromEntries(seedTables(options).map(({ table, count }) => [table, count]));
  const steps = await clean(project, { named: undefined, dryRun: false }, report);
  assert.deepEqual(
    steps.filter(({ left }) => left !== 0),
    [],
  );
  const removed = Object.fromEntries(steps.map(({ what, rows }) => [what, rows]));
  assert.equal(removed.files, 1);
  assert.equal(removed.users, fixtures.users.length);
  assert.equal(removed.videos, wanted.videos! + 1);
  assert.equal(removed.chat_sessions, wanted.chat_sessions! + 1);
  assert.equal(removed.chat_messages, wanted.chat_messages! + 2);
  assert.deepEqual(
    Object.values(found(await dataStatus(project, options))).filter((count) => count > 0),
    [],
  );
});
