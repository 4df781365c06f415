import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { estimateRun } from '../../gate/target/estimate.ts';
import { generateFixtures } from '../../gate/target/generate.ts';
import { plannedRequests } from '../../gate/target/journeys.ts';
import { type Prices, readPrices } from '../../gate/target/prices.ts';
import { connect, type Project } from '../../gate/target/project.ts';
import { seed } from '../../gate/target/seed.ts';
import { dataCheck, quotaCheck } from '../../gate/target/verify/data.ts';
import { memoryCheck, openFilesCheck } from '../../gate/target/verify/machine.ts';
import { anonKeyCheck, clockDifference, metricsCheck } from '../../gate/target/verify/service.ts';
import { signInChecks } from '../../gate/target/verify/sign-ins.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/wire/limits.ts';
import { readSettings, type Settings } from '../../src/wire/settings.ts';
import { phasesOf, type TestName } from '../../src/workloads.ts';
import { FakeSupabase, SERVICE_KEY } from './fake-supabase.ts';

const fixtures = generateFixtures({ students: 10, creators: 2, videos: 4, uploaders: 1 }, 1);
const REQUEST = { fixtures, chunks: 8, today: new Date() };
const students = fixtures.users.filter(({ role }) => role === 'student');
const report = { progress: () => undefined, line: () => undefined };

const fake = new FakeSupabase();
let project: Project;
/** What the target answers to everything; set by each test. */
let answer: (response: ServerResponse) => void;
const target: Server = createServer((_, response) => answer(response));
let targetUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'launchgate-verify-'));

before(async () => {
  await fake.start();
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
after(async () => {
  await fake.stop();
  target.closeAllConnections();
  await new Promise((done) => target.close(done));
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  fake.tables.clear();
  fake.users.clear();
  const settings = { ...readSettings({}), SUPABASE_URL: fake.url, SUPABASE_SERVICE_ROLE_KEY: SERVICE_KEY };
  project = await connect(settings, 'reading', report);
  await seed(project, { ...REQUEST, passwordKey: 'a key', named: undefined, dryRun: false }, report);
});

function settings(overrides: Partial<Settings> = {}): Settings {
  return { ...readSettings({}), BASE_URL: targetUrl, ...overrides };
}

function answers(status: number, body: string, headers: Record<string, string> = {}): void {
  answer = (response) => response.writeHead(status, headers).end(body);
}

test('complete data passes, half-seeded data names what is short and the remedy', async () => {
  assert.equal((await dataCheck(project, REQUEST)).outcome, 'ok');
  fake.tables.set('video_chunks', fake.rows('video_chunks').slice(0, 3));
  assert.deepEqual(await dataCheck(project, REQUEST), {
    name: 'data',
    outcome: 'failed',
    detail: 'video_chunks 3 of 8: run `./launchgate data seed`, which goes on where it stopped.',
  });
});

test('used-up quotas name how many users, the worst of them, and reset-usage', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const [first, second] = students.filter(({ tier }) => tier === 'basic');
  const use = (id: string, daily_questions: number, daily_reset_at: string) =>
    Object.assign(fake.rows('chat_usage').find(({ user_id }) => user_id === id)!, { daily_questions, daily_reset_at });
  use(first!.user_id, 90, tomorrow);
  use(second!.user_id, 70, tomorrow);
  const check = await quotaCheck(project, students, 31, DEFAULT_LIMITS);
  assert.equal(check.outcome, 'failed');
  assert.equal(
    check.detail,
    `2 of 10 users have fewer than 31 questions left (${first!.email} has 10): run \`./launchgate data reset-usage\`.`,
  );
  assert.equal((await quotaCheck(project, students, 10, DEFAULT_LIMITS)).outcome, 'ok');
  use(first!.user_id, 90, new Date(Date.now() - 1_000).toISOString());
  assert.equal((await quotaCheck(project, students, 30, DEFAULT_LIMITS)).outcome, 'ok');
});

test('a run that no quota allows is not sent to reset-usage', async () => {
  const check = await quotaCheck(project, students, 101, DEFAULT_LIMITS);
  assert.match(check.detail, /6 of 10 users .* a basic user never has more than 100: choose a shorter profile/);
  const limits = { ...DEFAULT_LIMITS, chatQuota: { ...DEFAULT_LIMITS.chatQuota, basic: 500 } };
  assert.equal((await quotaCheck(project, students, 101, limits)).outcome, 'ok');
});

test('a trial user’s quota does not come back with the day', async () => {
  const free = fixtures.users.filter(({ tier }) => tier === 'free');
  const row = fake.rows('chat_usage').find(({ user_id }) => user_id === free[0]!.user_id)!;
  Object.assign(row, { questions_asked: 3, daily_questions: 0, daily_reset_at: new Date(0).toISOString() });
  assert.match((await quotaCheck(project, free, 1, DEFAULT_LIMITS)).detail, /1 of 6 users .* has 0\)/);
});

test('the anon key is accepted where GoTrue asks for a token, and refused where the gateway does', async () => {
  answers(401, '{"code":401,"error_code":"no_authorization","msg":"This endpoint requires a valid Bearer token"}');
  assert.equal((await anonKeyCheck(settings())).outcome, 'ok');
  answers(401, '{"message":"Invalid API key"}');
  assert.match((await anonKeyCheck(settings())).detail, /^SUPABASE_ANON_KEY is not accepted/);
  answers(200, '<html>');
  assert.match(
    (await anonKeyCheck(settings())).detail,
    /answered 200: is SUPABASE_URL the address of your Supabase project\?/,
  );
});

test('more users than the target lets sign in need prepared sessions; what is about signing in is not measured', () => {
  const planned = (...tests: TestName[]) =>
    tests.map((test) => ({ test, phases: phasesOf(test, 'standard'), limits: DEFAULT_LIMITS }));
  const limited = settings({ SIGN_INS_PER_HOUR: '1800' });
  const checks = signInChecks(limited, planned('quick', 'chat', 'auth'));
  assert.deepEqual(
    checks.map(({ outcome }) => outcome),
    ['not measured', 'failed'],
  );
  assert.match(checks[0]!.detail, /^auth is not measured: up to 200 users a second would sign in/);
  assert.equal(
    checks[1]!.detail,
    'chat signs in 1,000 users, and the target allows 30 at once and 1,800 an hour from one address: run `./launchgate sessions prepare` and set SESSIONS_FILE, or set SIGN_INS_PER_HOUR if it allows more.',
  );
  const prepared = signInChecks({ ...limited, SESSIONS_FILE: 'sessions.json' }, planned('chat'));
  assert.deepEqual(prepared[0]?.outcome, 'ok');
  assert.deepEqual(signInChecks(limited, planned('quick'))[0]?.outcome, 'ok');
  assert.deepEqual(signInChecks(settings(), planned('chat', 'auth')), []);
});

test('a metrics page has series, anything else is no metrics page, and none is not measured', async () => {
  answers(200, '# HELP a b\n# TYPE a gauge\na 1\nb{c="d"} 2.5\n');
  assert.deepEqual(await metricsCheck(`${targetUrl}/metrics`), {
    name: 'metrics',
    outcome: 'ok',
    detail: `2 series at ${targetUrl}/metrics`,
  });
  answers(200, '<html><body>Sign in</body></html>');
  assert.equal((await metricsCheck(`${targetUrl}/metrics`)).outcome, 'failed');
  answers(401, 'a 1');
  assert.match((await metricsCheck(`${targetUrl}/metrics`)).detail, /answered 401/);
  assert.equal((await metricsCheck('')).outcome, 'not measured');
});

test('clocks may differ by half a minute, as far as the Date header can tell', () => {
  const now = Date.UTC(2026, 2, 1, 12, 0, 0);
  const at = (seconds: number) => clockDifference(new Date(now + seconds * 1_000).toUTCString(), now + 500);
  assert.equal(at(0).detail, "the target's clock is 0 s ahead");
  assert.equal(at(30).outcome, 'ok');
  assert.deepEqual([at(-31).outcome, at(31).outcome], ['failed', 'failed']);
  assert.match(at(-3_600).detail, /3600 s behind: set this machine's clock/);
  assert.equal(clockDifference(null, now).outcome, 'not measured');
});

test('no less memory is asked for than docs/scaling.md measured', async () => {
  const page = await readFile('docs/scaling.md', 'utf8');
  const rows = [...page.matchAll(/^\| ([\d,]+) \| \d+ \| [\d.]+ \| [\d,]+ \| ([\d,]+) MB \|/gm)];
  assert.ok(rows.length > 0);
  for (const [row, users, megabytes] of rows) {
    const [count, bytes] = [users, megabytes].map((text) => Number(text!.replaceAll(',', '')));
    assert.equal(memoryCheck(bytes! * 1e6 - 1, count!, 0).outcome, 'failed', row);
  }
});

test('too few open files or too little memory is said with the figures', () => {
  assert.equal(openFilesCheck(8_200, 1_000).outcome, 'ok');
  assert.match(
    openFilesCheck(1_024, 1_000).detail,
    /1024 allowed, 8200 needed for 1000 users: raise it with `ulimit -n 8200`/,
  );
  assert.equal(openFilesCheck(undefined, 1_000).outcome, 'not measured');
  assert.equal(memoryCheck(770e6, 1_000, 0).outcome, 'ok');
  assert.match(memoryCheck(769e6, 1_000, 0).detail, /769 MB free, 770 MB needed for 1000 users/);
  assert.match(memoryCheck(1e9, 100, 1e9).detail, /1131 MB needed for 100 users and 1000 MB of files: close something/);
});

test('an estimate follows from users, pace and prices', () => {
  // 180 users for an hour at one message in 18 s each: 10 a second, 36,000 messages.
  const phases = [{ name: 'normal' as const, rampSeconds: 0, holdSeconds: 3_600, load: { students: 180 } }];
  const prices = {
    currency: 'EUR',
    aiInputPerMillionTokens: 2,
    aiOutputPerMillionTokens: 10,
    embeddingPerMillionTokens: 0,
    egressPerGigabyte: 0.1,
    k6CloudPerVuHour: 0.5,
  };
  const planned = { phases, profile: 'standard', pace: 1, processingSpeedup: 1, limits: DEFAULT_LIMITS } as const;
  const run = estimateRun({ ...planned, test: 'chat' }, prices);
  assert.equal(run.aiCalls, 36_000);
  // 1,155 tokens in and 211 out: 41.58 M and 7.596 M.
  assert.equal(run.inputTokens, 36_000 * 1_155);
  assert.ok(Math.abs(run.aiCost - (41.58 * 2 + 7.596 * 10)) < 0.001, String(run.aiCost));
  // 0.7 x 3.3 + 0.3 messages a journey: 13,793 journeys; 70 % read history and 15 % rate an answer.
  assert.equal(Math.round(run.requests), 1 + 180 + 36_000 + 11_724);
  // With the cool-down 3,610 s.
  assert.ok(Math.abs(run.vuHours - 180.5) < 1e-9);
  assert.ok(Math.abs(run.k6CloudCost - 90.25) < 1e-9);
});

test('users who stand ready to arrive are paid for as those who are there', () => {
  const phases = phasesOf('auth', 'standard');
  const planned = { phases, profile: 'standard', pace: 1, processingSpeedup: 1, limits: DEFAULT_LIMITS } as const;
  const prices = { k6CloudPerVuHour: 1 } as Prices;
  // 200 arrivals a second for 5 s each, in 130 s.
  assert.ok(Math.abs(estimateRun({ ...planned, test: 'auth' }, prices).vuHours - (1_000 * 130) / 3_600) < 1e-9);
});

test('of rate limits only those are estimated whose windows the run is long enough for', () => {
  const phases = phasesOf('rate-limits', 'smoke');
  const requests = (limits: Limits) =>
    plannedRequests({ test: 'rate-limits', phases, profile: 'smoke', pace: 1, processingSpeedup: 1, limits }).requests;
  // chat 10, 10 and 50: 45, 45 and 120 requests until they are refused and at once; 61 without a limit. api 100, 100 and
  // 500: 220, 220 and 1,020; 511. Uploads and quizzes: 31 and 26 without a limit, twice 2 without access. One for health.
  assert.equal(requests(DEFAULT_LIMITS), 45 + 45 + 120 + 61 + 220 + 220 + 1_020 + 511 + 31 + 26 + 4 + 1);
  // Two windows of 60 s fit into 120 s, but no recovery; four of 20 s do.
  const short = { ...DEFAULT_LIMITS, chat: { ...DEFAULT_LIMITS.chat, windowSeconds: 20 } };
  assert.equal(requests(short) - requests(DEFAULT_LIMITS), 7 * (2 + 2 + 10));
});

test('a price file that cannot be used names the field', async () => {
  const problem = async (text: string) => {
    writeFileSync(join(folder, 'prices.json'), text);
    const read = await readPrices(folder);
    return read.ok ? '' : read.problem;
  };
  assert.ok((await readPrices('.')).ok, 'the committed one is fine');
  assert.match(await problem('{'), /^prices\.json is not JSON: /);
  assert.match(
    await problem('{"currency": "USD", "aiInputPerMillionTokens": -1}'),
    /aiInputPerMillionTokens: .*aiOutputPerMillionTokens: /,
  );
  assert.match(((await readPrices('/nowhere')) as { problem: string }).problem, /is not there/);
});
