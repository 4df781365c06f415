import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import { BYTES_WITHIN, COUNTS_WITHIN, estimateRun } from '../../gate/target/estimate.ts';
import type { PlannedRun } from '../../gate/target/journeys.ts';
import type { Summary } from '../../src/wire/facts.ts';
import { parseLimits } from '../../src/wire/limits.ts';
import { phasesOf, type TestName, windowsOf } from '../../src/workloads.ts';
import { healthyRun } from '../judge/healthy-run.ts';
import { firstLine, spawnPlatform } from '../platform/embedded.ts';
import { compareCounts, differences } from '../truth/compare.ts';
import { recordOf } from '../truth/embedded.ts';
import { countRequests, type RequestCount } from '../truth/requests.ts';
import { runK6 } from './k6-run.ts';

/** All tests are there at once, each with the same students: together they are more than one student may do. */
const NO_LIMITS = {
  chat: { free: 'none', basic: 'none', pro: 'none' },
  api: { free: 'none', basic: 'none', pro: 'none' },
};
/** Windows that a test can wait for. */
const SHORT_WINDOWS = {
  chat: { windowSeconds: 10 },
  api: { windowSeconds: 10 },
  upload: { windowSeconds: 10 },
  quiz: { windowSeconds: 10 },
};
const SPEEDUP = '60';
/** A handful of questions may be three more or less by chance. */
const FEW = 4;
const NO_PRICES = {
  currency: 'USD',
  ...{ aiInputPerMillionTokens: 0, aiOutputPerMillionTokens: 0, embeddingPerMillionTokens: 0 },
  ...{ egressPerGigabyte: 0, k6CloudPerVuHour: 0 },
};

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-smoke-'));
});
after(() => rm(folder, { recursive: true }));

const tests: readonly { where: string; names: readonly TestName[]; limits: object }[] = [
  {
    where: 'where nobody is limited',
    names: ['quick', 'chat', 'video', 'auth', 'database', 'mixed', 'spike', 'soak'],
    limits: NO_LIMITS,
  },
  { where: 'where windows are short', names: ['rate-limits'], limits: SHORT_WINDOWS },
];

describe('against the embedded platform, in the smoke profile,', { concurrency: true }, () => {
  for (const { where, names, limits } of tests) {
    describe(`${where},`, { concurrency: true }, () => {
      let url: string;
      let file: string;
      let platform: ReturnType<typeof spawnPlatform>;
      before(async () => {
        file = join(folder, `${names[0]}-limits.json`);
        await writeFile(file, JSON.stringify(limits));
        platform = spawnPlatform(['--follow-stdin', '--fixtures', resolve('fixtures')], {
          PLATFORM_SWITCHES: 'chunks=500,aiSlowdown=0.2',
          PROCESSING_SPEEDUP: SPEEDUP,
          LIMITS_FILE: file,
        });
        url = (JSON.parse(await firstLine(platform)) as { url: string }).url;
      });
      after(async () => {
        const ended = new Promise((done) => platform.once('exit', done));
        platform.stdin!.end();
        await ended;
      });
      for (const name of names) {
        it(`${name} passes, every promise that it makes is looked at, and it counted what the platform did`, () =>
          passes(name, { BASE_URL: url, LIMITS_FILE: file }));
      }
    });
  }
});

async function passes(name: TestName, { BASE_URL, LIMITS_FILE }: Record<'BASE_URL' | 'LIMITS_FILE', string>) {
  const path = join(folder, `${name}.json`);
  const env = { BASE_URL, LIMITS_FILE, PROCESSING_SPEEDUP: SPEEDUP, LAUNCHGATE_RUN_ID: `smoke-${name}` };
  const summary = await runK6(name, path, env);
  assert.deepEqual([summary.totals.exceptions, summary.failures], [0, []]);
  const phases = phasesOf(name, 'smoke');
  const run = healthyRun({ test: name, profile: 'smoke', windows: windowsOf(name, phases) });
  const verdict = judge({ summary, rebuilt: false, run, phases, pace: 1 });
  for (const { criterion, phase, outcome, note } of verdict.criteria)
    assert.equal(outcome, 'pass', `${criterion} ${phase}: ${note}`);
  assert.equal(verdict.outcome, 'pass', JSON.stringify(verdict.reasons));
  const requests = await countRequests([`${path}.csv`]);
  // No percentiles: nine processes share the machine, and read answers when it is their turn.
  const comparisons = compareCounts({ summary, requests, truth: await recordOf(BASE_URL, summary.runId) });
  assert.ok(comparisons.length > 0);
  assert.deepEqual(differences(comparisons), []);
  const parsed = parseLimits(await readFile(LIMITS_FILE, 'utf8'));
  assert.ok(parsed.ok);
  const { limits } = parsed;
  estimates(
    { test: name, phases, profile: 'smoke', pace: 1, processingSpeedup: Number(SPEEDUP), limits },
    summary,
    requests,
  );
}

/** What was estimated of a run beside what it counted. */
function estimates(run: PlannedRun, { totals }: Summary, counts: readonly RequestCount[]) {
  const estimate = estimateRun(run, NO_PRICES);
  const answers = counts.filter(({ route, status }) => route === 'POST /api/chat' && status === 200);
  const asked = answers.reduce((sum, { count }) => sum + count, 0);
  const isWithin = (estimated: number, counted: number, factor: number) =>
    Math.abs(estimated - counted) <= FEW || (estimated <= counted * factor && counted <= estimated * factor);
  const what = JSON.stringify({ estimate, totals, asked });
  assert.ok(isWithin(estimate.requests, totals.requests, COUNTS_WITHIN), what);
  assert.ok(isWithin(estimate.aiCalls, asked, COUNTS_WITHIN), what);
  assert.ok(isWithin(estimate.bytesSent, totals.bytesSent, BYTES_WITHIN), what);
  // Videos that another test has published show thumbnails here, of which no estimate is made.
  const hasThumbnails = counts.some(({ route }) => route === 'GET thumbnail');
  if (!hasThumbnails) assert.ok(isWithin(estimate.bytesReceived, totals.bytesReceived, BYTES_WITHIN), what);
}
