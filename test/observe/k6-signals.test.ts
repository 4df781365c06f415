import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { foldTimeline } from '../../gate/runs/samples/timeline.ts';
import type { Summary } from '../../src/wire/facts.ts';
import { k6Binary } from '../contract/k6-binary.ts';
import { type Embedded, startEmbedded } from '../truth/embedded.ts';
import { type StubServer, stubServer } from './stub-server.ts';

/** Pages that k6 reads by hand before it is stopped: at 2.5, 7.5 and 12.5 s in the ramp, and at 17.5 s in the hold. */
const LOOKS = 4;
const USERS = 4;

let platform: Embedded;
let metrics: StubServer;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-signals-'));
  metrics = await stubServer();
  platform = await startEmbedded({}, '--switch', 'chunks=500');
});
after(async () => {
  await platform.stop();
  await metrics.stop();
  await rm(folder, { recursive: true });
});

function environment(changes: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, BASE_URL: platform.url, PROFILE: 'gate', USERS: String(USERS), ...changes };
}

test('k6 by hand reads METRICS_URL beside the users, counts readings, and nobody becomes a user by it', async () => {
  const seen = new Promise<void>((done) => {
    metrics.answer((_, response) => {
      response.end('platform_db_connections_used 50\nplatform_db_connections_limit 60\n');
      if (metrics.seen.length === LOOKS) setTimeout(done, 500);
    });
  });
  const k6 = spawn(
    resolve(await k6Binary()),
    ['run', '--quiet', '--no-usage-report', '--address', '', '--out', 'csv=samples.csv', resolve('dist/chat.js')],
    {
      cwd: folder,
      stdio: 'ignore',
      env: environment({
        METRICS_URL: `${metrics.url}/metrics`,
        METRICS_AUTHORIZATION: 'Bearer mine',
        K6_CSV_TIME_FORMAT: 'unix_milli',
      }),
    },
  );
  const startedAt = new Date().toISOString();
  await seen;
  k6.kill('SIGINT');
  await once(k6, 'exit');
  assert.equal(metrics.seen[0]!.headers.authorization, 'Bearer mine');

  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Summary;
  const fact = summary.facts.find(({ criterion }) => criterion === 'chat.connections');
  assert.deepEqual(fact, { criterion: 'chat.connections', phase: 'normal', seen: 1, over: 1 });
  assert.equal(summary.totals.maxUsers, USERS);

  const run = { runId: 'r', startedAt, endedAt: new Date().toISOString(), generator: [], signals: [] };
  const timeline = await foldTimeline(join(folder, 'samples.csv'), run);
  const connections = timeline.signals.filter(({ signal }) => signal === 'db_connections_used_ratio');
  // The last look may be cut off before k6 has recorded it.
  assert.ok(connections.length >= LOOKS - 1 && connections.length <= LOOKS, String(connections.length));
  assert.ok(connections.every(({ value, source }) => Math.abs(value - 50 / 60) < 1e-6 && source === 'k6'));
  // The platform passes its AI provider's headers on with every answer.
  assert.ok(timeline.signals.some(({ signal, value }) => signal === 'ai_remaining_ratio' && value > 0.9));
});

test('without METRICS_URL nobody watches, and no threshold speaks of what nobody reads', async () => {
  const binary = await k6Binary();
  const inspect = async (changes: Record<string, string>) => {
    const { stdout } = await promisify(execFile)(binary, ['inspect', '--include-system-env-vars', 'dist/chat.js'], {
      env: environment(changes),
    });
    const { scenarios, thresholds } = JSON.parse(stdout) as Record<'scenarios' | 'thresholds', Record<string, unknown>>;
    const connections = Object.keys(thresholds).some((metric) => metric.includes('chat.connections'));
    return { scenarios: Object.keys(scenarios).sort(), connections };
  };
  assert.deepEqual(await inspect({}), { scenarios: ['students'], connections: false });
  assert.deepEqual(await inspect({ METRICS_URL: metrics.url }), {
    scenarios: ['signals', 'students'],
    connections: true,
  });
});
