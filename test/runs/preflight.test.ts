import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { planRun } from '../../gate/runs/preflight.ts';
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
