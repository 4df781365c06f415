import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { firstLine } from './embedded.ts';
import { type RealPostgres, startRealPostgres } from './real-postgres.ts';

const PROGRAM = resolve('dist/node/launchgate.mjs');
const { PATH = '', HOME = '', LAUNCHGATE_K6 = '' } = process.env;
const ENV = { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null' };

let postgres: RealPostgres | string;
let database: string;
let platform: ChildProcess | undefined;
let url: string;
before(async () => {
  postgres = await startRealPostgres();
  if (typeof postgres === 'string') return;
  database = await postgres.database('launchgate');
  platform = spawn(process.execPath, [PROGRAM, 'platform', '--port', '0', '--switch', 'chunks=1500'], {
    env: { ...ENV, PLATFORM_DATABASE_URL: database },
  });
  url = (JSON.parse(await firstLine(platform)) as { url: string }).url;
});
after(async () => {
  if (platform?.exitCode === null) {
    const ended = new Promise((done) => platform!.once('exit', done));
    platform.kill('SIGTERM');
    await ended;
  }
  if (typeof postgres !== 'string') await postgres.stop();
});

function launchgate(args: string[]): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [PROGRAM, ...args, '--base-url', url], { env: ENV }, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode, output: stderr + stdout }),
    );
  });
}

/** Skipped where there is no real server to be had. */
function onPostgres(name: string, run: (server: RealPostgres) => Promise<void>): void {
  test(name, async (t: TestContext) => {
    if (typeof postgres === 'string') return t.skip(postgres);
    await run(postgres);
  });
}

onPostgres('the platform on a real Postgres keeps the contract on every route', async () => {
  const { exitCode, output } = await launchgate(['run', 'contract']);
  assert.equal(exitCode, 0, output);
  assert.match(output, /^contract: \d+ as documented, 0 not; kept\.$/m);
});

onPostgres('it passes quick, whose questions and answers are in that database', async (server) => {
  const messages = async () => {
    const rows = (await server.query(database, 'select count(*)::int as count from chat_messages')) as {
      count: number;
    }[];
    return rows[0]!.count;
  };
  const before = await messages();
  const { exitCode, output } = await launchgate(['run', 'quick', '--profile', 'smoke']);
  assert.equal(exitCode, 0, output);
  assert.ok((await messages()) > before);
  const [chunks] = await server.query(database, 'select count(*)::int as count from video_chunks');
  assert.deepEqual(chunks, { count: 1_500 });
});
