import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { settingsInForce } from '../../gate/runs/start/settings-in-force.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-settings-'));
  await writeFile(
    join(root, '.env.test'),
    'PROFILE=gate\nPACE=2\nUSERS=7\nBASEURL=http://x\nPLATFORM_DATABASE_URL=postgres://127.0.0.1/x\n',
  );
  await writeFile(join(root, 'broken'), 'PROFILE=gate\nno assignment\n');
});
after(() => rm(root, { recursive: true }));

test('A flag beats the environment, which beats the file, which beats the default', () => {
  const { settings } = settingsInForce({ root, env: { PACE: '3', USERS: '8' }, flags: { USERS: '9' } });
  assert.deepEqual([settings.USERS, settings.PACE, settings.PROFILE, settings.SEED], ['9', '3', 'gate', '1']);
});

test('An empty variable does not hide the file’s value', () => {
  assert.equal(settingsInForce({ root, env: { PACE: '' } }).settings.PACE, '2');
});

test('A name in the file that is no setting is pointed out', () => {
  const { notices } = settingsInForce({ root, env: {} });
  assert.ok(notices.includes('.env.test: BASEURL is no setting of launchgate; see `./launchgate settings`.'));
});

test('The database of the embedded platform is never taken from the file', () => {
  const { settings, notices } = settingsInForce({ root, env: {} });
  assert.equal(settings.PLATFORM_DATABASE_URL, '');
  assert.ok(notices.some((notice) => notice.includes('PLATFORM_DATABASE_URL')));
});

test('All problems come at once: of the file and of the values', () => {
  const { problems } = settingsInForce({ root, env: { LAUNCHGATE_ENV_FILE: 'broken', SETUP: 'cheap', USERS: 'many' } });
  assert.equal(problems.length, 3);
  assert.match(problems.join('\n'), /broken line 2.*USERS must.*SETUP must be one of free, recommended/s);
});

test('A settings file that was asked for and is not there is a problem; a missing .env.test is none', () => {
  const asked = settingsInForce({ root, env: { LAUNCHGATE_ENV_FILE: 'staging.env' } });
  assert.match(asked.problems[0]!, /staging\.env is not there/);
  assert.deepEqual(settingsInForce({ root: join(root, 'elsewhere'), env: {} }).problems, []);
});

test('An address that begins well and has no possible host is a problem, not a crash later on', () => {
  const problemsOf = (env: Record<string, string>) => settingsInForce({ root: '/', env }).problems;
  assert.deepEqual(problemsOf({ BASE_URL: 'http://xn--a' }), ['BASE_URL is no address of a host that there can be.']);
  assert.deepEqual(problemsOf({ EXPORTERS: '[{"url":"http://"}]' }), [
    'EXPORTERS is no address of a host that there can be.',
  ]);
});
