import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { estimateLines } from '../../gate/cli/estimate-lines.ts';
import { terminalReport } from '../../gate/cli/terminal.ts';
import { checkLine } from '../../gate/cli/verify.ts';
import type { Prices } from '../../gate/target/prices.ts';
import { FakeSupabase, SERVICE_KEY } from './fake-supabase.ts';

const SMALL = ['--students', '12', '--uploaders', '2', '--chunks', '100'];

const fake = new FakeSupabase();
const folder = mkdtempSync(join(tmpdir(), 'launchgate-commands-'));
before(() => fake.start());
after(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs ./launchgate against the fake project, with nothing of the person's own settings. */
function launchgate(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return started(args, env).ended;
}

function started(args: string[], env: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const settings = {
    ...{ PATH: process.env.PATH!, LAUNCHGATE_ENV_FILE: '/dev/null' },
    ...{ SUPABASE_URL: fake.url, SUPABASE_SERVICE_ROLE_KEY: SERVICE_KEY, SUPABASE_ANON_KEY: SERVICE_KEY },
  };
  let done: (ended: Ended) => void;
  const ended = new Promise<Ended>((resolved) => {
    done = resolved;
  });
  const child = execFile(
    process.execPath,
    [resolve('dist/node/launchgate.mjs'), ...args],
    { env: { ...settings, ...env } },
    (_, stdout, stderr) => done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
  );
  return { child, ended };
}

test('a project is seeded, looked at and cleaned by three commands', async () => {
  const seeded = await launchgate(['data', 'seed', ...SMALL]);
  assert.equal(seeded.exitCode, 0, seeded.stderr);
  assert.match(seeded.stdout, /^users +48 +\(0 were there\)$/m);
  assert.match(seeded.stdout, /rows are in 127\.0\.0\.1, after [\d.]+ s\. Next: \.\/launchgate verify\n$/);
  assert.match(seeded.stderr, /^video_chunks +#{20} +100 of 100$/m);

  const status = await launchgate(['data', 'status', ...SMALL]);
  assert.match(status.stdout, /^video_chunks +100 of 100$/m);
  assert.match(status.stdout, /^Of others: 0 users, 0 creators, 0 students\.$/m);
  assert.doesNotMatch(status.stdout, /incomplete/);

  const sessions = await launchgate([
    'sessions',
    'prepare',
    '--students',
    '12',
    '--uploaders',
    '2',
    '--out',
    join(folder, 's.json'),
  ]);
  assert.match(sessions.stdout, /^48 users signed in, 0 sessions kept; they are in \S+s\.json\.$/m);
  assert.equal(statSync(join(folder, 's.json')).mode & 0o777, 0o600);

  const usage = await launchgate(['data', 'reset-usage']);
  assert.equal(usage.stdout, '36 test users have their chat quota back.\n');

  const rehearsal = await launchgate(['data', 'clean', '--dry-run']);
  assert.match(rehearsal.stdout, /Dry run: [\d,]+ would be removed from 127\.0\.0\.1; nothing was\.\n$/);
  assert.equal(fake.users.size, 48);
  const cleaned = await launchgate(['data', 'clean']);
  assert.equal(cleaned.exitCode, 0, cleaned.stderr);
  assert.match(cleaned.stdout, /removed from 127\.0\.0\.1 in [\d.]+ s; 0 left\.\n$/);
  assert.equal(fake.users.size, 0);
});

test('a seeding that is killed in the middle is completed by the next', async () => {
  const { child, ended } = started(['data', 'seed', ...SMALL]);
  fake.fault = ({ table, method }) => {
    if (table === 'video_chunks' && method === 'POST' && fake.rows('video_chunks').length > 0) child.kill('SIGKILL');
    return undefined;
  };
  await ended;
  fake.fault = () => undefined;
  assert.equal(child.signalCode, 'SIGKILL');
  assert.equal(fake.rows('chat_usage').length, 0);
  assert.match((await launchgate(['data', 'status', ...SMALL])).stdout, /^chat_messages +0 of 96 +incomplete$/m);
  assert.equal((await launchgate(['data', 'seed', ...SMALL])).exitCode, 0);
  assert.doesNotMatch((await launchgate(['data', 'status', ...SMALL])).stdout, /incomplete/);
  await launchgate(['data', 'clean']);
});

test('rows that could not be removed are counted, and the exit code says so', async () => {
  await launchgate(['data', 'seed', ...SMALL]);
  fake.fault = ({ table, method }) =>
    table === 'calendar_events' && method === 'DELETE'
      ? { status: 204, headers: { 'content-range': '*/0' } }
      : undefined;
  const cleaned = await launchgate(['data', 'clean']);
  fake.fault = () => undefined;
  assert.match(cleaned.stdout, /^calendar_events +0 +60 left$/m);
  assert.match(cleaned.stdout, /; 60 left\.\n$/);
  assert.equal(cleaned.exitCode, 7);
});

/** What is wrong, the command, its settings, its one line, its exit code. */
const REFUSED: [string, string[], Record<string, string>, RegExp, number][] = [
  [
    'no address',
    ['data', 'seed'],
    { SUPABASE_URL: '' },
    /SUPABASE_URL is not set; set it to the address of your Supabase project\./,
    2,
  ],
  [
    'a key without service role',
    ['data', 'status'],
    { SUPABASE_SERVICE_ROLE_KEY: 'sb_publishable_x' },
    /is no service-role key of 127\.0\.0\.1/,
    2,
  ],
  [
    'a host that was not named',
    ['data', 'clean'],
    { SUPABASE_URL: 'https://abc.supabase.co' },
    /abc\.supabase\.co was not named; add it to LAUNCHGATE_TARGETS/,
    2,
  ],
  [
    'too many students',
    ['data', 'seed', '--students', '5000'],
    {},
    /users\.csv has 1050 students; run `\.\/launchgate data generate --students 5000` first\./,
    2,
  ],
  [
    'a count that is none',
    ['data', 'seed', '--chunks', '0'],
    {},
    /'0' is invalid\. It must be a whole number above 0\./,
    2,
  ],
  [
    'sessions among the results',
    ['sessions', 'prepare', '--out', 'results/s.json'],
    {},
    /secret and must not be in results\//,
    2,
  ],
  [
    'users that were not seeded',
    ['sessions', 'prepare', '--out', '/dev/null/s.json'],
    {},
    /can't sign in: run `\.\/launchgate data seed`/,
    2,
  ],
  [
    'fixtures that can’t be written',
    ['data', 'generate', '--out', '/dev/null/x'],
    {},
    /the fixtures can't be written to \/dev\/null\/x: /,
    2,
  ],
  ['a creator without videos', ['data', 'generate', '--videos', '5'], {}, /every creator needs a video/, 2],
  [
    'more sign-ins than the target allows',
    ['run', 'auth'],
    { BASE_URL: 'http://127.0.0.1:9', SIGN_INS_PER_HOUR: '1800' },
    /auth is not measured: up to 200 users a second would sign in, and the target allows 1,800 an hour/,
    5,
  ],
  [
    'a missing sessions file',
    ['run', 'chat', '--profile', 'smoke'],
    { BASE_URL: 'http://127.0.0.1:9', SESSIONS_FILE: 'nowhere.json' },
    /SESSIONS_FILE: nowhere\.json can't be read; run `\.\/launchgate sessions prepare`\./,
    2,
  ],
  ['an unknown test', ['verify', 'chatt'], {}, /there is no test "chatt"; there are /, 2],
];

for (const [what, args, env, line, exitCode] of REFUSED) {
  test(`${what} ends in one line and exit code ${exitCode}`, async () => {
    const ended = await launchgate(args, env);
    assert.match(ended.stderr, line);
    assert.equal(ended.stderr.trim().split('\n').length, 1, ended.stderr);
    assert.equal(ended.exitCode, exitCode);
  });
}

test('generate writes the committed fixtures by default', async () => {
  const ended = await launchgate(['data', 'generate', '--out', folder]);
  assert.equal(ended.exitCode, 0);
  assert.equal(readFileSync(join(folder, 'users.csv'), 'utf8'), readFileSync('fixtures/users.csv', 'utf8'));
});

test('SEED is what fixtures follow from when no --seed is given', async () => {
  await launchgate(['data', 'generate', '--out', folder], { SEED: '2' });
  const bySetting = readFileSync(join(folder, 'users.csv'), 'utf8');
  await launchgate(['data', 'generate', '--out', folder, '--seed', '2'], { SEED: '1' });
  assert.equal(readFileSync(join(folder, 'users.csv'), 'utf8'), bySetting);
  assert.notEqual(bySetting, readFileSync('fixtures/users.csv', 'utf8'));
});

test('on a terminal a bar is drawn over itself and stays when it is full', () => {
  const written: string[] = [];
  const report = terminalReport({ isTTY: true, write: (text) => written.push(text) }, {});
  report.progress('videos', 0, 4);
  report.progress('videos', 3, 4);
  report.progress('videos', 4, 4);
  report.progress('videos', 4, 4);
  report.progress('chat_usage', 0, 0);
  assert.deepEqual(written, [
    '\r\u001b[Kvideos           --------------------  0 of 4',
    '\r\u001b[Kvideos           ###############-----  3 of 4',
    '\r\u001b[Kvideos           ####################  4 of 4\n',
  ]);
});

test('in a pipe a bar is a line when it is full, and one every ten seconds until then', () => {
  const written: string[] = [];
  let now = 0;
  const report = terminalReport({ write: (text) => written.push(text) }, {}, () => now);
  for (let done = 0; done <= 25; done++, now += 1_000) report.progress('users', done, 25);
  assert.deepEqual(
    written.map((line) => line.replace(/^users +/, '')),
    ['########------------  10 of 25\n', '################----  20 of 25\n', '####################  25 of 25\n'],
  );
});

test('a check is one line that begins with its outcome', () => {
  assert.equal(
    checkLine({ name: 'data', outcome: 'failed', detail: 'users 3 of 9: run it.' }),
    'FAILED        data         users 3 of 9: run it.',
  );
});

test('an estimate is what a run asks, and what that costs', () => {
  const run = {
    ...{ requests: 11_551, aiCalls: 7_959, inputTokens: 9_192_645, outputTokens: 1_679_349, bytesSent: 26.6e6 },
    ...{ bytesReceived: 32.3e6, vuHours: 106.9, aiCost: 52.77, egressCost: 0.003, k6CloudCost: 16.04 },
  };
  const prices = { currency: 'USD' } as Prices;
  assert.match(
    estimateLines('chat', run, prices, 5_000)[0]!,
    /7,959 AI answers \(of 5,000 allowed by MAX_AI_CALLS\) with/,
  );
  assert.deepEqual(estimateLines('chat standard', run, prices), [
    'chat standard: about 11,551 requests, 7,959 AI answers with 9.19 M tokens in and 1.68 M out, 0.03 GB sent and 0.03 GB received',
    '  by prices.json: AI 52.77 USD, traffic 0.00 USD; on k6 Cloud 107 VU hours, 16.04 USD',
  ]);
});
