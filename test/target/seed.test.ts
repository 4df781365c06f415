import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { clean } from '../../gate/target/clean.ts';
import { generateFixtures } from '../../gate/target/generate.ts';
import { connect, type Project, type Report } from '../../gate/target/project.ts';
import { Refusal } from '../../gate/target/refusal.ts';
import { seedTables } from '../../gate/target/rows.ts';
import { type SeedOptions, seed } from '../../gate/target/seed.ts';
import { dataStatus, isComplete } from '../../gate/target/status.ts';
import { resetUsage } from '../../gate/target/usage.ts';
import { readSettings, type Settings } from '../../src/wire/settings.ts';
import { FakeSupabase, SERVICE_KEY } from './fake-supabase.ts';

const fixtures = generateFixtures({ students: 30, creators: 10, videos: 20, uploaders: 3 }, 1);
const OPTIONS: SeedOptions = {
  fixtures,
  chunks: 60,
  today: new Date('2026-03-01T12:00:00Z'),
  passwordKey: 'a key',
  named: undefined,
  dryRun: false,
};
const PATIENCE = { attempts: 3, pauseMs: 1, answerMs: 5_000 };

const said: string[] = [];
const progress = new Map<string, number>();
const report: Report = {
  progress: (what, done) => progress.set(what, done),
  line: (text) => said.push(text),
};
const fakes: FakeSupabase[] = [];
let fake: FakeSupabase;

beforeEach(async () => {
  said.length = 0;
  progress.clear();
  fake = await new FakeSupabase().start();
  fakes.push(fake);
});
after(() => Promise.all(fakes.map((each) => each.stop())));

function settings(overrides: Partial<Settings> = {}): Settings {
  return { ...readSettings({}), SUPABASE_URL: fake.url, SUPABASE_SERVICE_ROLE_KEY: SERVICE_KEY, ...overrides };
}

function connected(overrides: Partial<Settings> = {}, patience = PATIENCE): Promise<Project> {
  return connect(settings(overrides), 'seeding', report, patience);
}

/** The rows that seeding should leave in each table. */
function wantedCounts(): Record<string, number> {
  return Object.fromEntries(seedTables(OPTIONS).map(({ table, count }) => [table, count]));
}

function storedCounts(): Record<string, number> {
  return Object.fromEntries(seedTables(OPTIONS).map(({ table }) => [table, fake.rows(table).length]));
}

function refusal(pattern: RegExp, why: Refusal['why']): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.match(error.message, pattern);
    assert.equal(error.why, why);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}

test('seeding writes every account and every row that it promises', async () => {
  await seed(await connected(), OPTIONS, report);
  assert.equal(fake.users.size, fixtures.users.length);
  assert.deepEqual(storedCounts(), wantedCounts());
  assert.equal(progress.get('video_chunks'), 60);
});

test('seeding twice changes nothing but what tests have changed', async () => {
  await seed(await connected(), OPTIONS, report);
  const first = structuredClone([...fake.tables]);
  fake.rows('creators')[0]!.video_count = 99;
  await seed(await connected(), OPTIONS, report);
  assert.deepEqual([...fake.tables], first);
});

test('the second time no account is created and no embedding is sent', async () => {
  await seed(await connected(), OPTIONS, report);
  const before = fake.requests.length;
  await seed(await connected(), OPTIONS, report);
  const writes = fake.requests.slice(before).filter(({ method }) => method === 'POST');
  assert.ok(writes.every(({ path, table }) => path !== '/auth/v1/admin/users' && table !== 'video_chunks'));
});

test('a project that sends few rows at a time is read to the end', async () => {
  fake.maxRows = 7;
  await seed(await connected(), OPTIONS, report);
  assert.ok(isComplete(await dataStatus(await connected(), OPTIONS)));
  await clean(await connected(), { named: undefined, dryRun: false }, report);
  assert.ok(Object.values(storedCounts()).every((count) => count === 0));
});

test('a connection that breaks now and then does not end the seeding', async () => {
  fake.fault = ({ number }) => (number % 7 === 3 ? 'cut after' : number % 7 === 5 ? 'cut before' : undefined);
  await seed(await connected({}, { ...PATIENCE, attempts: 10 }), OPTIONS, report);
  assert.equal(fake.users.size, fixtures.users.length);
  assert.deepEqual(storedCounts(), wantedCounts());
  assert.match(said.join('\n'), /127\.0\.0\.1:\d+ closed the connection; asking again in \d+ s\./);
});

test('a server that asks for patience gets it', async () => {
  let refused = 0;
  fake.fault = ({ table }) => {
    if (table !== 'videos' || refused >= 2) return undefined;
    refused += 1;
    return { status: refused === 1 ? 429 : 503, headers: { 'retry-after': '0.01' } };
  };
  await seed(await connected(), OPTIONS, report);
  assert.deepEqual(storedCounts(), wantedCounts());
  assert.equal(refused, 2);
});

test('an outage in the middle ends with one line, and the next run completes the data', async () => {
  fake.fault = ({ table, method }) => (table === 'video_chunks' && method === 'POST' ? 'cut before' : undefined);
  await assert.rejects(
    seed(await connected(), OPTIONS, report),
    refusal(
      /3 times in a row\. Run the same command again when it is back: it goes on where it stopped\.$/,
      'unreachable',
    ),
  );
  assert.equal(fake.rows('videos').length, 20);
  assert.equal(fake.rows('video_chunks').length, 0);
  fake.fault = () => undefined;
  assert.equal(isComplete(await dataStatus(await connected(), OPTIONS)), false);
  await seed(await connected(), OPTIONS, report);
  assert.deepEqual(storedCounts(), wantedCounts());
});

test('a key without the service role is told from a wrong address', async () => {
  const anonKey = ['e30', Buffer.from('{"role":"anon"}').toString('base64url'), 'x'].join('.');
  const complaint = /^SUPABASE_SERVICE_ROLE_KEY is no service-role key of 127\.0\.0\.1 \(/;
  for (const key of [anonKey, 'sb_publishable_abc', 'something else']) {
    await assert.rejects(connected({ SUPABASE_SERVICE_ROLE_KEY: key }), refusal(complaint, 'usage'));
  }
  const gone = await new FakeSupabase().start();
  await gone.stop();
  await assert.rejects(connected({ SUPABASE_URL: gone.url }), refusal(/refused the connection/, 'unreachable'));
});

test('no host is touched that was not named', async () => {
  const elsewhere = { SUPABASE_URL: 'https://abcdefgh.supabase.co' };
  await assert.rejects(connected(elsewhere), refusal(/abcdefgh\.supabase\.co was not named/, 'usage'));
  const named = { ...elsewhere, LAUNCHGATE_TARGETS: 'abcdefgh.supabase.co' };
  await assert.rejects(connected(named), refusal(/^LAUNCHGATE_PASSWORD_KEY: its default is public/, 'usage'));
  const keyless = { ...named, LAUNCHGATE_PASSWORD_KEY: 'own', SUPABASE_SERVICE_ROLE_KEY: '' };
  await assert.rejects(connected(keyless), refusal(/^SUPABASE_SERVICE_ROLE_KEY is not set/, 'usage'));
  const production = { ...named, LAUNCHGATE_PRODUCTION: 'abcdefgh.supabase.co', LAUNCHGATE_PASSWORD_KEY: 'own' };
  await assert.rejects(
    connected(production),
    refusal(/is production and takes only the quick test, not seeding/, 'usage'),
  );
});

test('every missing column and table is named at once, before anything is written', async () => {
  for (const name of ['students.level', 'students.streak_days', 'video_progress']) fake.missing.add(name);
  await assert.rejects(
    seed(await connected(), OPTIONS, report),
    refusal(/lacks students\.level, students\.streak_days, the table video_progress;/, 'unreachable'),
  );
  assert.equal(fake.users.size, 0);
});

test('a project with rows of others is only seeded or cleaned when its ref is named', async () => {
  fake.rows('creators').push({ id: 'c1', whop_company_id: 'biz_real', whop_user_id: 'u1' });
  fake.users.set('u1', { id: 'u1', email: 'somebody@real.example', password: 'x' });
  const complaint = /^127\.0\.0\.1 holds rows that are not test data: 1 users, 1 creators\. .* --project 127\.0\.0\.1/;
  const project = await connected();
  await assert.rejects(seed(project, OPTIONS, report), refusal(complaint, 'usage'));
  await assert.rejects(seed(project, { ...OPTIONS, named: 'other' }, report), refusal(complaint, 'usage'));
  await assert.rejects(clean(project, { named: undefined, dryRun: false }, report), refusal(complaint, 'usage'));
  await assert.rejects(resetUsage(project, undefined), refusal(complaint, 'usage'));
  assert.equal(fake.users.size, 1);
  await seed(project, { ...OPTIONS, named: '127.0.0.1' }, report);
  assert.equal(fake.rows('creators').length, wantedCounts().creators! + 1);
});

test('users made with another password key, or from another seed, stop the seeding', async () => {
  await seed(await connected(), OPTIONS, report);
  await assert.rejects(
    seed(await connected(), { ...OPTIONS, passwordKey: 'another key' }, report),
    refusal(/^LAUNCHGATE_PASSWORD_KEY is not the key that loadtest-\S+ was made with/, 'usage'),
  );
  const other = generateFixtures({ students: 30, creators: 10, videos: 20, uploaders: 3 }, 2);
  await assert.rejects(
    seed(await connected(), { ...OPTIONS, fixtures: other }, report),
    refusal(/has another id than in fixtures\/users\.csv/, 'usage'),
  );
});

test('a dry run says what would be written and writes nothing', async () => {
  const steps = await seed(await connected(), { ...OPTIONS, dryRun: true }, report);
  assert.deepEqual(
    steps.find(({ what }) => what === 'video_chunks'),
    { what: 'video_chunks', rows: 60, before: 0 },
  );
  assert.equal(fake.users.size, 0);
  assert.ok(fake.requests.every(({ method }) => method === 'GET' || method === 'HEAD'));
});

test('status shows a half-seeded project as such', async () => {
  await seed(await connected(), OPTIONS, report);
  fake.tables.set('video_chunks', fake.rows('video_chunks').slice(0, 20));
  const status = await dataStatus(await connected(), OPTIONS);
  assert.equal(isComplete(status), false);
  assert.deepEqual(
    status.rows.find(({ what }) => what === 'video_chunks'),
    { what: 'video_chunks', wanted: 60, found: 20 },
  );
});

test('cleaning removes our rows, those that tests made too, and nobody else’s', async () => {
  await seed(await connected(), OPTIONS, report);
  const student = fixtures.users.find(({ role }) => role === 'student')!;
  const uploader = fixtures.users.find(({ role }) => role === 'uploader')!;
  fake.rows('chat_sessions').push({ id: 's1', student_id: student.user_id, title: 'made by the app' });
  fake.rows('chat_messages').push({ id: 'm1', session_id: 's1' });
  fake.rows('videos').push({ id: 'v1', creator_id: uploader.creator_id });
  fake.rows('video_chunks').push({ id: 'k1', creator_id: uploader.creator_id });
  fake.files.add(`${uploader.creator_id}/v1/original.mp4`).add(`${uploader.creator_id}/v2/original.mp4`);
  const others: [string, Record<string, unknown>][] = [
    ['creators', { id: 'c9', whop_company_id: 'biz_real' }],
    ['students', { id: 't9', email: 'loadtest-but-real@somewhere.org' }],
    ['chat_sessions', { id: 's9', student_id: 't9' }],
    ['chat_messages', { id: 'm9', session_id: 's9' }],
  ];
  for (const [table, row] of others) fake.rows(table).push(row);
  fake.files.add('c9/v9/original.mp4');
  fake.users.set('u9', { id: 'u9', email: 'real@somewhere.org', password: 'x' });

  const steps = await clean(await connected(), { named: '127.0.0.1', dryRun: false }, report);
  assert.ok(steps.every(({ left }) => left === 0));
  assert.equal(steps.find(({ what }) => what === 'files')!.rows, 2);
  assert.equal(steps.find(({ what }) => what === 'chat_messages')!.rows, wantedCounts().chat_messages! + 1);
  for (const [table, row] of others) assert.deepEqual(fake.rows(table), [row]);
  assert.deepEqual([...fake.files], ['c9/v9/original.mp4']);
  assert.deepEqual([...fake.users.keys()], ['u9']);
  assert.equal(fake.rows('videos').length + fake.rows('video_chunks').length + fake.rows('chat_usage').length, 0);
});

test('what could not be removed is counted', async () => {
  await seed(await connected(), OPTIONS, report);
  fake.fault = ({ table, method }) =>
    table === 'calendar_events' && method === 'DELETE'
      ? { status: 204, headers: { 'content-range': '*/0' } }
      : undefined;
  const steps = await clean(await connected(), { named: undefined, dryRun: false }, report);
  assert.equal(steps.find(({ what }) => what === 'calendar_events')!.left, wantedCounts().calendar_events);
});

test('a dry run of cleaning counts and removes nothing', async () => {
  await seed(await connected(), OPTIONS, report);
  const steps = await clean(await connected(), { named: undefined, dryRun: true }, report);
  assert.equal(steps.find(({ what }) => what === 'users')!.rows, fixtures.users.length);
  assert.deepEqual(storedCounts(), wantedCounts());
});

test('resetting usage gives every test user the quota back', async () => {
  await seed(await connected(), OPTIONS, report);
  for (const row of fake.rows('chat_usage')) Object.assign(row, { questions_asked: 3, daily_questions: 100 });
  fake.rows('chat_usage').push({ user_id: 'somebody', questions_asked: 3 });
  assert.equal(await resetUsage(await connected(), undefined), wantedCounts().chat_usage);
  const used = fake.rows('chat_usage').filter((row) => row.questions_asked !== 0 || row.daily_questions !== 0);
  assert.deepEqual(used, [{ user_id: 'somebody', questions_asked: 3 }]);
});
