/**
 * A team whose platform is another adapts one folder. The project is copied, test/adapting/api laid over its
 * src/lib/api, and its chat test run against that platform as a team would run it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Summary } from '../../src/wire/facts.ts';
import { k6Binary } from '../contract/k6-binary.ts';
import { type Tutor, tutorPlatform } from './tutor-platform.ts';

const COPIED = ['src', 'build', 'fixtures', 'package.json', 'tsconfig.json', 'esbuild.config.mjs', 'dist/node'];
/** As many as the contract test asks for, and a few of the load's. */
const WHOLE_ANSWERS = 8;

interface Ended {
  code: number;
  printed: string;
}

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-adapted-'));
  for (const path of COPIED) await cp(path, join(root, path), { recursive: true });
  await symlink(resolve('node_modules'), join(root, 'node_modules'));
  await rm(join(root, 'src/lib/api/contract'), { recursive: true });
  await cp('test/adapting/api', join(root, 'src/lib/api'), { recursive: true });
  const built = await ended(process.execPath, ['esbuild.config.mjs', 'k6']);
  assert.equal(built.code, 0, built.printed);
});
after(() => rm(root, { recursive: true, force: true }));

describe('with src/lib/api adapted to another platform,', { concurrency: true }, () => {
  const tutors: Tutor[] = [];
  after(() => {
    for (const tutor of tutors) tutor.close();
  });
  const tutorWith = async (faults?: { wholeAnswers: number }) => {
    const tutor = await tutorPlatform(faults);
    tutors.push(tutor);
    return tutor;
  };

  it('the types hold', async () => {
    const { code, printed } = await ended('node_modules/.bin/tsc', ['-p', 'src']);
    assert.equal(code, 0, printed);
  });

  it('chat passes, and says when the first byte of its streamed answers came', async () => {
    const tutor = await tutorWith();
    const { code, printed } = await chatSmoke(tutor.url);
    assert.equal(code, 0, printed);
    assert.match(printed, /^First byte of streamed answers: \d+ ms in the median/m);
    const { firstByteMs, latencies, failures } = await newestSummary(tutor.url);
    assert.deepEqual(failures, []);
    const whole = latencies.find(({ route }) => route === 'POST /api/chat')!;
    assert.ok(firstByteMs!.count >= whole.count && firstByteMs!.med >= 120 && firstByteMs!.med < whole.med);
    const expected = ['GET /status', 'GET /v2/assistant/threads/:id', 'POST /v2/assistant/ask', 'POST /v2/login'];
    assert.deepEqual([...tutor.asked].filter((route) => !route.startsWith('PUT')).sort(), expected);
  });

  it('chat fails when answers break off', async () => {
    const { code, printed } = await chatSmoke((await tutorWith({ wholeAnswers: WHOLE_ANSWERS })).url);
    assert.equal(code, 99, printed);
    assert.match(printed, /chat smoke: FAIL/);
  });

  it('a test of routes that the platform does not have is refused before any load', async () => {
    const { code, printed } = await run('database', (await tutorWith()).url);
    assert.equal(code, 2, printed);
    assert.match(printed, /there is no test "database"; there are chat, spike/);
  });
});

const chatSmoke = (url: string) => run('chat', url);

async function run(test: string, url: string): Promise<Ended> {
  const args = ['dist/node/launchgate.mjs', 'run', test, '--profile', 'smoke', '--base-url', url];
  return ended(process.execPath, args, {
    ...{ AUTH_MODE: 'bearer', HEALTH_PATH: '/status', TARGET_REVISION: url },
    LAUNCHGATE_K6: resolve(await k6Binary()),
  });
}

function ended(command: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((done) =>
    execFile(
      command,
      args,
      { cwd: root, env: { PATH, HOME, LAUNCHGATE_ENV_FILE: '/dev/null', ...env } },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, printed: stdout + stderr }),
    ),
  );
}

/** Of the run against this platform. */
async function newestSummary(url: string): Promise<Summary> {
  const folder = join(root, 'results/chat');
  for (const name of await readdir(folder)) {
    const run = await readFile(join(folder, name, 'run.json'), 'utf8').catch(() => '');
    if (run.includes(url)) return JSON.parse(await readFile(join(folder, name, 'summary.json'), 'utf8')) as Summary;
  }
  throw new Error(`there is no run against ${url}`);
}
