import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { generateFixtures } from '../../gate/target/generate.ts';
import { Refusal } from '../../gate/target/refusal.ts';
import { dueMs, prepareSessions } from '../../gate/target/sessions.ts';
import { passwordOf } from '../../gate/target/test-users.ts';
import { readSessions, type SessionsFile, sessionsProblem, signInRate } from '../../src/wire/sessions.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { FakeSupabase, SERVICE_KEY } from './fake-supabase.ts';

const { users } = generateFixtures({ students: 40, creators: 2, videos: 2, uploaders: 2 }, 1);
const folder = mkdtempSync(join(tmpdir(), 'launchgate-sessions-'));
const path = join(folder, 'private', 'sessions.json');
const fake = new FakeSupabase();
before(() => fake.start());
after(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(join(folder, 'private'), { recursive: true, force: true });
  fake.fault = () => undefined;
  fake.users.clear();
  for (const { user_id: id, email } of users) fake.users.set(id, { id, email, password: passwordOf(email, 'a key') });
  fake.requests = [];
});

const said: string[] = [];
const report = { progress: () => undefined, line: (text: string) => said.push(text) };

function prepare(key = 'a key') {
  const settings = {
    ...readSettings({}),
    ...{ SUPABASE_URL: fake.url, SUPABASE_ANON_KEY: SERVICE_KEY, LAUNCHGATE_PASSWORD_KEY: key },
  };
  const patience = { attempts: 2, pauseMs: 1, answerMs: 5_000 };
  return prepareSessions({ settings, users, path, rate: undefined, patience }, report);
}

function stored(): SessionsFile {
  return JSON.parse(readFileSync(path, 'utf8')) as SessionsFile;
}

test('every user is signed in, and the file is for its owner only', async () => {
  const prepared = await prepare();
  assert.deepEqual([prepared.signedIn, prepared.kept], [users.length, 0]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'private')).mode & 0o777, 0o700);
  const read = readSessions(readFileSync(path, 'utf8'), fake.url);
  assert.ok(read.ok);
  assert.deepEqual(read.sessions.map(({ email }) => email).sort(), users.map(({ email }) => email).sort());
  assert.ok(read.sessions.every(({ email, token }) => token.user.email === email && token.access_token !== ''));
});

test('a second call signs in only those whose session is missing or ends soon', async () => {
  await prepare();
  const file = stored();
  const soon = Math.floor(Date.now() / 1_000) + 60;
  const [first, , ...rest] = file.sessions;
  const ending = { ...first!, token: { ...first!.token, expires_at: soon } };
  writeFileSync(path, JSON.stringify({ ...file, sessions: [ending, ...rest] }));
  const prepared = await prepare();
  assert.deepEqual([prepared.signedIn, prepared.kept], [2, users.length - 2]);
  assert.ok(prepared.firstEndsMs > soon * 1_000);
});

test('sessions of another project are not taken for this one’s', async () => {
  await prepare();
  writeFileSync(path, JSON.stringify({ ...stored(), supabaseUrl: 'https://other.supabase.co' }));
  assert.equal((await prepare()).kept, 0);
});

test('a failure in the middle keeps what was signed in until then', async () => {
  let signIns = 0;
  fake.fault = () => (++signIns > 20 ? 'cut before' : undefined);
  await assert.rejects(prepare(), (error) => error instanceof Refusal && error.why === 'unreachable');
  const kept = stored().sessions.length;
  assert.ok(kept > 0 && kept < users.length);
  fake.fault = () => undefined;
  assert.equal((await prepare()).kept, kept);
});

test('a limit per address that is met is said in its words, and told apart when it does not pass', async () => {
  fake.fault = ({ number }) =>
    number === 1
      ? undefined
      : { status: 429, body: { code: 429, error_code: 'over_request_rate_limit', msg: 'Request rate limit reached' } };
  await assert.rejects(prepare(), /fewer sign-ins from this address than --per-hour says/);
  assert.match(said.join('\n'), /limits requests from this address \(429\); asking again in/);
});

test('a wrong password key and a wrong anon key are told apart', async () => {
  await assert.rejects(
    prepare('another key'),
    /can't sign in: run `\.\/launchgate data seed`, or set the LAUNCHGATE_PASSWORD_KEY/,
  );
  fake.fault = () => ({ status: 401, body: { message: 'Invalid API key' } });
  await assert.rejects(prepare(), /SUPABASE_ANON_KEY is not accepted \(Invalid API key\)/);
});

test('sign-ins keep to the burst and the rate of the target', () => {
  // 1,800 an hour is one every two seconds; thirty may come at once.
  const rate = { perHour: 1_800, burst: 30 };
  assert.deepEqual(
    [0, 29, 30, 31, 1_829].map((index) => dueMs(index, rate)),
    [0, 0, 2_000, 4_000, 3_600_000],
  );
});

test('a sessions file that cannot be used is one line with the remedy', () => {
  const problem = (text: string) => {
    const read = readSessions(text, 'https://a.supabase.co');
    return read.ok ? '' : read.problem;
  };
  assert.match(problem('{'), /^SESSIONS_FILE is not JSON; run/);
  assert.match(problem('null'), /is no sessions file of this launchgate; run/);
  assert.match(problem('{"schema": 2, "sessions": []}'), /is no sessions file of this launchgate; run/);
  assert.match(
    problem('{"schema": 1, "supabaseUrl": "https://b.supabase.co", "sessions": []}'),
    /holds sessions of https:\/\/b\.supabase\.co, not of https:\/\/a\.supabase\.co; run/,
  );
});

test('sessions outlast a short run, and have a third of their life for one that renews them itself', () => {
  const now = 1_000_000;
  const problem = (left: number, runSeconds: number) => {
    const token = { expires_at: now + left, expires_in: 3_600 } as SessionsFile['sessions'][number]['token'];
    return sessionsProblem([{ email: 'a@example.com', token }], ['a@example.com'], runSeconds, now);
  };
  // A run of five minutes, and the last minute of a session, in which it would be renewed.
  assert.equal(problem(360, 300), undefined);
  assert.match(
    problem(359, 300)!,
    /^SESSIONS_FILE is too old: 1 of its 1 sessions end in 5 min, before this run does; run/,
  );
  // An hour's third is twenty minutes.
  assert.equal(problem(1_200, 8 * 3_600), undefined);
  assert.match(problem(1_199, 8 * 3_600)!, /end in 19 min/);
  assert.match(problem(-1, 300)!, /1 of its 1 sessions have ended; run `\.\/launchgate sessions prepare` again\.$/);
});

test('sign-ins are as many as hosted Supabase allows, unless the settings know better; this machine has no limit', () => {
  const rate = (settings: Record<string, string>) => signInRate(readSettings(settings));
  assert.deepEqual(rate({ SUPABASE_URL: 'https://a.supabase.co' }), { perHour: 1_800, burst: 30 });
  assert.deepEqual(rate({ BASE_URL: 'https://a.example.com', SIGN_INS_PER_HOUR: '9000' })?.perHour, 9_000);
  assert.equal(rate({ BASE_URL: 'http://127.0.0.1:8787' }), undefined);
  assert.equal(rate({ BASE_URL: 'http://127.0.0.1:8787', SIGN_INS_PER_HOUR: '1800' })?.perHour, 1_800);
});
