import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PreparedSession, SessionsFile } from '../../src/wire/sessions.ts';
import type { TestName } from '../../src/workloads.ts';
import { firstLine, send, spawnPlatform } from '../platform/embedded.ts';
import { runK6 } from './k6-run.ts';

const PASSWORD = 'POST /auth/v1/token password';
const REFRESH = 'POST /auth/v1/token refresh_token';
const LOGOUT = 'POST /auth/v1/logout';

let folder: string;
let file: string;
let url: string;
let platform: ReturnType<typeof spawnPlatform>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-prepared-'));
  file = join(folder, 'sessions.json');
  platform = spawnPlatform(['--follow-stdin', '--fixtures', resolve('fixtures')], {
    PLATFORM_SWITCHES: 'chunks=500,aiSlowdown=0.2',
    PROCESSING_SPEEDUP: '60',
  });
  url = (JSON.parse(await firstLine(platform)) as { url: string }).url;
  await prepare();
});
after(async () => {
  const ended = new Promise((done) => platform.once('exit', done));
  platform.stdin!.end();
  await ended;
  await rm(folder, { recursive: true });
});

/** `launchgate sessions prepare`. */
function prepare(): Promise<void> {
  const { PATH = '' } = process.env;
  const env = { PATH, LAUNCHGATE_ENV_FILE: '/dev/null', SUPABASE_URL: url };
  const args = [resolve('dist/node/launchgate.mjs'), 'sessions', 'prepare', '--out', file];
  return new Promise((done, failed) =>
    execFile(process.execPath, args, { env }, (error, _, stderr) => (error ? failed(new Error(stderr)) : done())),
  );
}

/** A file beside the prepared one whose sessions are changed. */
async function changed(name: string, change: (session: PreparedSession, index: number) => PreparedSession[]) {
  const prepared = JSON.parse(await readFile(file, 'utf8')) as SessionsFile;
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify({ ...prepared, sessions: prepared.sessions.flatMap(change) }));
  return path;
}

/** Runs the smoke profile with a sessions file. @returns how often the platform was asked, by route */
async function requestsOf(test: TestName, sessionsFile: string): Promise<Record<string, number>> {
  const runId = `prepared-${test}`;
  const env = { BASE_URL: url, PROCESSING_SPEEDUP: '60', SESSIONS_FILE: sessionsFile, LAUNCHGATE_RUN_ID: runId };
  const summary = await runK6(test, join(folder, `${test}.json`), env);
  assert.deepEqual([summary.totals.exceptions, summary.failures], [0, []]);
  const { body } = await send({ url }, 'GET', `/__truth?run=${runId}`);
  const counts: Record<string, number> = {};
  for (const { route, count } of body.routes) counts[route] = (counts[route] ?? 0) + count;
  return counts;
}

describe('with prepared sessions', { concurrency: true }, () => {
  for (const test of ['mixed', 'rate-limits'] as const) {
    it(`nobody signs in, or out of what others use, in ${test}`, async () => {
      const requests = await requestsOf(test, file);
      assert.deepEqual([requests[PASSWORD], requests[REFRESH], requests[LOGOUT]], [undefined, undefined, undefined]);
      assert.ok(Object.keys(requests).length > 3, JSON.stringify(requests));
    });
  }

  it('one that is about to end is renewed by its refresh token, and nobody signs in', async () => {
    const ending = await changed('ending', ({ email, token }) => [
      { email, token: { ...token, expires_in: 90, expires_at: Math.floor(Date.now() / 1000) + 45 } },
    ]);
    const requests = await requestsOf('quick', ending);
    assert.equal(requests[PASSWORD], undefined);
    assert.ok(requests[REFRESH]! > 0, JSON.stringify(requests));
  });
});

describe('a sessions file that cannot be used is one line of k6', { concurrency: true }, () => {
  const refused = async (sessionsFile: string) => {
    const error = await runK6('quick', join(folder, 'refused.json'), {
      BASE_URL: url,
      SESSIONS_FILE: sessionsFile,
    }).then(
      () => assert.fail('it ran'),
      (reason: Error) => reason,
    );
    return error.message;
  };

  it('where it is missing', async () => {
    assert.match(
      await refused('/nowhere.json'),
      /SESSIONS_FILE: \/nowhere\.json can't be read; run `\.\/launchgate sessions prepare`\./,
    );
  });

  it('where it is too old', async () => {
    const old = await changed('old', ({ email, token }) => [{ email, token: { ...token, expires_at: 1 } }]);
    assert.match(await refused(old), /SESSIONS_FILE is too old: 14 of its 14 sessions have ended; run/);
  });

  it('where it lacks a user', async () => {
    const without = await changed('without', (session, index) => (index % 2 === 0 ? [session] : []));
    assert.match(await refused(without), /SESSIONS_FILE has no session of \d+ of the 14 users that this run signs in/);
  });
});
