import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTH_MIX, CHAT_MIX, DATABASE_MIX, UPLOAD_MIX } from '../../src/behaviour.ts';
import {
  fileMemoryBytes,
  loadText,
  mostUsers,
  neededStudents,
  type Phase,
  type Profile,
  phasesOf,
  plannedAiCalls,
  plannedPhases,
  plannedSeconds,
  scenarioOf,
  stagesOf,
  TEST_NAMES,
  type TestName,
  usersWithSessions,
  virtualUsers,
  WORKLOADS,
  windowsOf,
} from '../../src/workloads.ts';

const STUDENTS_OF_THE_FIXTURES = 1_050;

const everyPhases = TEST_NAMES.flatMap((name) =>
  (Object.keys(WORKLOADS[name].profiles) as Profile[]).map((profile) => ({
    name,
    profile,
    phases: phasesOf(name, profile),
  })),
);

test('the mixes add up to 100 per cent', () => {
  for (const mix of [CHAT_MIX, AUTH_MIX, DATABASE_MIX, UPLOAD_MIX]) {
    assert.equal(
      Object.values(mix).reduce((sum, share) => sum + share, 0),
      100,
    );
  }
});

test('every phase says what each of the test’s scenarios does, whole users at a time', () => {
  for (const { name, profile, phases } of everyPhases) {
    for (const { load } of phases) {
      assert.deepEqual(Object.keys(load).sort(), Object.keys(WORKLOADS[name].scenarios).sort(), `${name} ${profile}`);
      for (const [scenario, level] of Object.entries(load)) {
        if (scenarioOf(name, scenario).model !== 'open')
          assert.ok(Number.isInteger(level) && level > 0, `${name} ${level}`);
      }
    }
  }
});

test('no test holds two phases of one name: their counts would run together', () => {
  for (const { name, phases } of everyPhases) {
    assert.equal(new Set(phases.map((phase) => phase.name)).size, phases.length, name);
  }
});

test('the fixtures have a student for every virtual user that needs its own', () => {
  for (const { name, profile, phases } of everyPhases) {
    assert.ok(neededStudents(name, phases) <= STUDENTS_OF_THE_FIXTURES, `${name} ${profile}`);
  }
});

test('standard takes at most seven minutes, but for soak, and what asks AI stays below the cap for other hosts where it can', () => {
  for (const name of TEST_NAMES.filter((each) => each !== 'soak')) {
    assert.ok(plannedSeconds(name, phasesOf(name, 'standard')) <= 420, name);
  }
  assert.ok(plannedAiCalls('quick', phasesOf('quick', 'standard'), 1) < 50);
  assert.equal(plannedAiCalls('auth', phasesOf('auth', 'standard'), 1), 0);
});

test('the checklist’s users and rates are reached: 1,000 in chat and mixed, 100 uploads, 500 on the database, 200 sign-ins a second', () => {
  const load = (name: (typeof TEST_NAMES)[number]) => loadText(name, phasesOf(name, 'standard'));
  assert.equal(load('quick'), 'up to 10 users');
  assert.equal(load('chat'), 'up to 1,000 users');
  assert.equal(load('mixed'), 'up to 1,000 users');
  assert.equal(load('spike'), 'up to 1,000 users');
  assert.equal(load('video'), 'up to 100 users');
  assert.equal(load('database'), 'up to 500 users');
  assert.equal(load('auth'), 'up to 200 arrivals a second');
});

test('AI answers are the planned rate over the schedule, ramps at half', () => {
  // 10 students in 18 s, 3 s ramp, 25 s hold, 10 s down: (1.5 + 25 + 5) x 10 / 18 = 17.5
  assert.equal(plannedAiCalls('chat', phasesOf('chat', 'smoke'), 1), 18);
  assert.equal(plannedAiCalls('chat', phasesOf('chat', 'smoke'), 2), 35);
  // 5 of 10 users are students, 0.6 questions in 10 s; 2 s, 15 s, 10 s: (1 + 15 + 5) x 5 x 0.06 = 6.3
  assert.equal(plannedAiCalls('database', phasesOf('database', 'smoke'), 1), 7);
  assert.equal(plannedAiCalls('rate-limits', phasesOf('rate-limits', 'standard'), 1), 240);
});

test('USERS scales every phase, and what does not follow the users stays', () => {
  const database = phasesOf('database', 'standard', 50);
  assert.deepEqual(
    database.map(({ load }) => load),
    [
      { creators: 5, students: 5 },
      { creators: 10, students: 10 },
      { creators: 25, students: 25 },
      { creators: 5, students: 5 },
    ],
  );
  const [published] = phasesOf('video', 'standard');
  const [video] = phasesOf('video', 'standard', 10);
  assert.equal(video!.load.uploaders, 2);
  assert.equal(video!.load.publishers, published!.load.publishers);
  assert.equal(video!.load.refusals, 1);
});

test('in a step of a capacity search publishing follows the uploaders, and USERS alone leave it as it is', () => {
  const published = (STEP_SECONDS: string) => {
    const settings = { PROFILE: 'standard', USERS: '40', SOAK_HOURS: '', STEP_SECONDS };
    const normal = plannedPhases('video', settings).find(({ name }) => name === 'normal')!;
    return [normal.load.uploaders, Math.round(normal.load.publishers! * 1.8 * 3_600), normal.load.refusals];
  };
  assert.deepEqual(published('60'), [40, 220, 1]);
  // USERS are those of the largest phase: 100 as a rule, so that normal has 8 of 40.
  assert.deepEqual(published(''), [8, 110, 1]);
});

test('where nobody waits, USERS are arrivals a second', () => {
  const phases = phasesOf('auth', 'standard', 20);
  assert.deepEqual(
    phases.map(({ load }) => load.visitors),
    [10, 3, 20],
  );
  assert.equal(mostUsers('auth', phases), 0);
  assert.equal(loadText('auth', phases), 'up to 20 arrivals a second');
});

test('SOAK_HOURS sets how long soak lasts between its ends', () => {
  const hold = (phases: readonly Phase[]) => phases.map(({ holdSeconds }) => holdSeconds);
  assert.deepEqual(
    hold(plannedPhases('soak', { PROFILE: 'standard', USERS: '', SOAK_HOURS: '0.5' })),
    [300, 1_800, 300],
  );
  assert.deepEqual(hold(plannedPhases('soak', { PROFILE: 'standard', USERS: '', SOAK_HOURS: '' })), [300, 3_600, 300]);
});

test('a profile that a test does not have comes with those that it has', () => {
  assert.throws(() => phasesOf('auth', 'gate'), {
    message: 'auth has no profile "gate"; it has smoke, standard, full.',
  });
});

test('windows are the holds, and stages lead through all of it and down', () => {
  const phases = phasesOf('auth', 'standard');
  assert.deepEqual(
    windowsOf('auth', phases).map(({ phase, fromMs, toMs }) => [phase, fromMs, toMs]),
    [
      ['burst', 10_000, 40_000],
      ['normal', 45_000, 105_000],
      ['spike', 110_000, 130_000],
    ],
  );
  assert.deepEqual(stagesOf('chat', phasesOf('chat', 'smoke'), 'students'), [
    { seconds: 3, level: 10 },
    { seconds: 25, level: 10 },
    { seconds: 10, level: 0 },
  ]);
});

test('arrivals find as many users as come in the time that a journey may take', () => {
  assert.equal(virtualUsers('auth', phasesOf('auth', 'standard'), 'visitors'), 1_000);
  // 110 videos an hour are 61.1 uploads of 1.8 files.
  assert.equal(virtualUsers('video', phasesOf('video', 'standard'), 'publishers'), 62);
});

test('the memory for files is known before they are sent', () => {
  assert.equal(fileMemoryBytes('chat', phasesOf('chat', 'full'), 'full'), 0);
  assert.equal(fileMemoryBytes('video', phasesOf('video', 'standard'), 'standard'), 200e6);
  // One of five uploaders sends, up to 25 MB, kept twice.
  assert.equal(fileMemoryBytes('video', phasesOf('video', 'full'), 'full'), 1e9);
});

test('prepared sessions are asked for of those who take part, and of nobody where signing in is the test', () => {
  const users = (['student', 'student', 'student', 'creator', 'uploader', 'limits'] as const).map((role, index) => ({
    role,
    tier: (['basic', 'enterprise', 'pro', 'enterprise', 'enterprise', 'free'] as const)[index]!,
  }));
  const [basic, enterprise, pro, creator, uploader, limits] = users;
  const needed = (test: TestName, count?: number) => usersWithSessions(test, phasesOf(test, 'smoke', count), users, 1);
  // One student, and one more for the user who watches the server.
  assert.deepEqual(needed('chat', 1), [basic, enterprise]);
  assert.deepEqual(needed('chat'), [basic, enterprise, pro]);
  assert.deepEqual(needed('soak'), [enterprise, creator]);
  assert.deepEqual(needed('mixed'), [basic, enterprise, pro, creator, uploader]);
  assert.deepEqual(needed('rate-limits'), [limits]);
  assert.deepEqual(needed('auth'), []);
});

test('a step is refused where nobody stays for it', () => {
  const settings = { PROFILE: 'smoke', USERS: '', SOAK_HOURS: '', STEP_SECONDS: '7' };
  assert.throws(() => plannedPhases('auth', settings), {
    message: 'STEP_SECONDS is for tests whose users stay; those of auth come and go.',
  });
  assert.equal(plannedPhases('chat', settings)[0]!.holdSeconds, 7);
});
