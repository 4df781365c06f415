import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { planArchive, planRun } from '../../gate/runs/start/preflight.ts';
import { signInsNotMeasured } from '../../gate/runs/start/sign-ins.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { type Project, throwawayProject } from './throwaway-project.ts';

let project: Project;
before(async () => {
  project = await throwawayProject({ students: 20 });
});
after(() => project.remove());

async function problemsOf(env: Record<string, string>, test = 'chat'): Promise<string[]> {
  const plan = await planRun(project.root, test, readSettings(env));
  return plan.ok ? [] : plan.problems;
}

test('A run that nothing speaks against has its phases', async () => {
  const plan = await planRun(project.root, 'chat', readSettings({ PROFILE: 'smoke' }));
  assert.deepEqual(plan.ok && plan.phases.map(({ name }) => name), ['smoke']);
});

test('An unknown test comes with the list', async () => {
  assert.match((await problemsOf({}, 'chatt'))[0]!, /^there is no test "chatt"; there are quick, chat, /);
});

test('More users than students is one line with both numbers and the remedy', async () => {
  assert.deepEqual(await problemsOf({ PROFILE: 'gate' }), [
    'chat needs 100 users and fixtures/users.csv has 20 students; run `./launchgate data generate --students 100` or lower USERS.',
  ]);
});

test('A host that was not named, a public password key and too many AI answers are said at once', async () => {
  const problems = await problemsOf({
    BASE_URL: 'https://staging.example.com',
    PROFILE: 'gate',
    USERS: '20',
    PACE: '60',
  });
  assert.equal(problems.length, 3);
  assert.match(problems[0]!, /^BASE_URL: staging\.example\.com was not named; add it to LAUNCHGATE_TARGETS/);
  assert.match(problems[1]!, /^LAUNCHGATE_PASSWORD_KEY: /);
  assert.match(problems[2]!, /^chat gate plans \d+ AI answers, above MAX_AI_CALLS=5000;/);
});

test('On loopback nobody pays for AI answers, so that there is no limit', async () => {
  assert.deepEqual(
    await problemsOf({ BASE_URL: 'http://127.0.0.1:1', PROFILE: 'gate', USERS: '20', PACE: '1000', MAX_AI_CALLS: '1' }),
    [],
  );
});

test('A fixture that is missing, empty, or lacks a column is named by file, line and column', async () => {
  const own = await throwawayProject();
  await rm(join(own.root, 'fixtures/users.csv'));
  await writeFile(join(own.root, 'fixtures/videos.csv'), '');
  await writeFile(join(own.root, 'fixtures/questions.csv'), 'kind\nopener\n');
  const plan = await planRun(own.root, 'chat', readSettings({ PROFILE: 'smoke' }));
  await own.remove();
  assert.deepEqual(plan.ok ? [] : plan.problems, [
    'fixtures/users.csv is not there; run `./launchgate data generate`.',
    'fixtures/videos.csv has no rows; run `./launchgate data generate`.',
    'fixtures/questions.csv line 1: column "text" is missing; run `./launchgate data generate`.',
  ]);
});

describe('Prepared sessions', () => {
  const url = 'http://127.0.0.1:1';
  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
  const emails = Array.from({ length: 20 }, (_, index) => `s${index}@example.com`);

  /** What is said of a chat smoke run (38 s, 10 users) with such a file. */
  async function problemsWith(file: object | string, env: Record<string, string> = {}, test = 'chat') {
    const text = typeof file === 'string' ? file : JSON.stringify({ schema: 1, supabaseUrl: url, ...file });
    await writeFile(join(project.root, 'sessions.json'), text);
    return problemsOf({ BASE_URL: url, PROFILE: 'smoke', SESSIONS_FILE: 'sessions.json', ...env }, test);
  }

  const sessionsUntil = (expires_at: number, of = emails) =>
    of.map((email) => ({ email, token: { access_token: 'a', refresh_token: 'r', expires_at, expires_in: 3_600 } }));

  it('that last are no problem; the path begins in the project’s folder', async () => {
    assert.deepEqual(await problemsWith({ sessions: sessionsUntil(inAnHour) }), []);
  });

  it('that end before the run does are one line', async () => {
    assert.deepEqual(await problemsWith({ sessions: sessionsUntil(1) }), [
      'SESSIONS_FILE is too old: 11 of its 11 sessions have ended; run `./launchgate sessions prepare` again.',
    ]);
  });

  it('of too few users are one line', async () => {
    assert.deepEqual(await problemsWith({ sessions: sessionsUntil(inAnHour, emails.slice(1)) }), [
      'SESSIONS_FILE has no session of 1 of the 11 users that this run signs in (s0@example.com); run `./launchgate sessions prepare`.',
    ]);
  });

  it('that are missing, or of another project, are one line', async () => {
    const [missing] = await problemsOf({ BASE_URL: url, PROFILE: 'smoke', SESSIONS_FILE: 'nowhere.json' });
    assert.equal(missing, "SESSIONS_FILE: nowhere.json can't be read; run `./launchgate sessions prepare`.");
    assert.match((await problemsWith({ supabaseUrl: 'https://a.supabase.co', sessions: [] }))[0]!, /not of http/);
    assert.match((await problemsWith('{'))[0]!, /is not JSON/);
  });

  it('are nothing to auth, nor to the embedded platform, nor to an archive', async () => {
    assert.deepEqual(await problemsWith('{', {}, 'auth'), []);
    assert.deepEqual(await problemsWith('{', { BASE_URL: '' }), []);
    const settings = readSettings({ BASE_URL: url, PROFILE: 'smoke', SESSIONS_FILE: 'sessions.json' });
    assert.equal((await planArchive(project.root, 'chat', settings)).ok, true);
  });
});

test('A LIMITS_FILE that cannot be used is said before anything is sent, all of it at once', async () => {
  const file = join(project.root, 'limits.json');
  const problems = async (text: string) => {
    await writeFile(file, text);
    return problemsOf({ BASE_URL: 'http://127.0.0.1:1', PROFILE: 'smoke', LIMITS_FILE: 'limits.json' });
  };
  assert.deepEqual(await problems('{"chat": {"basic": 20}}'), []);
  assert.deepEqual(await problems('{"chats": {}, "chat": {"gold": 1}}'), [
    'LIMITS_FILE: there is no limit "chats"; there are chat, upload, quiz, api, chatQuota.',
    'LIMITS_FILE: chat has no "gold"; it takes free, basic, pro, enterprise, windowSeconds, algorithm.',
  ]);
  const missing = { BASE_URL: 'http://127.0.0.1:1', PROFILE: 'smoke', LIMITS_FILE: 'nowhere.json' };
  assert.deepEqual(await problemsOf(missing), ["LIMITS_FILE: nowhere.json can't be read."]);
});

test('A test of sign-ins that the target does not allow is not measured, in one line', async () => {
  const said = async (env: Record<string, string>, test = 'auth') => {
    const settings = readSettings({ BASE_URL: 'http://127.0.0.1:1', SIGN_INS_PER_HOUR: '1800', ...env });
    const plan = await planRun(project.root, test, settings);
    return plan.ok ? signInsNotMeasured(plan.test, plan.phases, settings) : assert.fail(plan.problems.join());
  };
  assert.equal(
    await said({ PROFILE: 'standard' }),
    'auth is not measured: up to 200 users a second would sign in, and the target allows 1,800 an hour from one address; raise that limit for the test and say so in SIGN_INS_PER_HOUR, or lower USERS.',
  );
  // Three a second are 10,800 an hour.
  assert.equal(await said({ PROFILE: 'smoke', SIGN_INS_PER_HOUR: '10800' }), undefined);
  assert.match((await said({ PROFILE: 'smoke', SIGN_INS_PER_HOUR: '10799' }))!, /up to 3 users a second/);
  assert.equal(await said({ PROFILE: 'smoke' }, 'chat'), undefined);
  assert.equal(await said({ PROFILE: 'smoke', BASE_URL: '' }), undefined);
});
