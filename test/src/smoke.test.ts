import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import { phasesOf, type TestName, windowsOf } from '../../src/workloads.ts';
import { healthyRun } from '../judge/healthy-run.ts';
import { firstLine, spawnPlatform } from '../platform/embedded.ts';
import { compareCounts, differences } from '../truth/compare.ts';
import { recordOf } from '../truth/embedded.ts';
import { countRequests } from '../truth/requests.ts';
import { runK6 } from './k6-run.ts';

/** All tests are there at once, each with the same students: together they are more than one student may do. */
const NO_LIMITS = JSON.stringify({
  chat: { free: 'none', basic: 'none', pro: 'none' },
  api: { free: 'none', basic: 'none', pro: 'none' },
});
const SPEEDUP = '60';

let folder: string;
let url: string;
let platform: ReturnType<typeof spawnPlatform>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-smoke-'));
  const limits = join(folder, 'limits.json');
  await writeFile(limits, NO_LIMITS);
  platform = spawnPlatform(['--follow-stdin', '--fixtures', resolve('fixtures')], {
    PLATFORM_SWITCHES: 'chunks=500,aiSlowdown=0.2',
    PROCESSING_SPEEDUP: SPEEDUP,
    LIMITS_FILE: limits,
  });
  url = (JSON.parse(await firstLine(platform)) as { url: string }).url;
});
after(async () => {
  const ended = new Promise((done) => platform.once('exit', done));
  platform.stdin!.end();
  await ended;
  await rm(folder, { recursive: true });
});

describe('against the embedded platform, in the smoke profile,', { concurrency: true }, () => {
  const names: readonly TestName[] = ['quick', 'chat', 'video', 'auth', 'database', 'mixed', 'spike', 'soak'];
  for (const name of names) {
    it(`${name} passes, every promise that it makes is looked at, and it counted what the platform did`, async () => {
      const path = join(folder, `${name}.json`);
      const env = { BASE_URL: url, PROCESSING_SPEEDUP: SPEEDUP, LAUNCHGATE_RUN_ID: `smoke-${name}` };
      const summary = await runK6(name, path, env);
      assert.deepEqual([summary.totals.exceptions, summary.failures], [0, []]);
      const phases = phasesOf(name, 'smoke');
      const run = healthyRun({ test: name, profile: 'smoke', windows: windowsOf(name, phases) });
      const verdict = judge({ summary, rebuilt: false, run, phases, pace: 1 });
      for (const { criterion, outcome, note } of verdict.criteria)
        assert.equal(outcome, 'pass', `${criterion}: ${note}`);
      assert.equal(verdict.outcome, 'pass', JSON.stringify(verdict.reasons));
      const requests = await countRequests([`${path}.csv`]);
      // No percentiles: eight processes share the machine, and read answers when it is their turn.
      const comparisons = compareCounts({ summary, requests, truth: await recordOf(url, summary.runId) });
      assert.ok(comparisons.length > 0);
      assert.deepEqual(differences(comparisons), []);
    });
  }
});
