import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSamples } from '../../gate/runs/samples/timeline-samples.ts';
import type { RunFile } from '../../src/wire/run-files.ts';
import { compareCounts, comparePercentiles, differences } from './compare.ts';
import { type Embedded, samplesOf, startEmbedded } from './embedded.ts';

/** k6's schedule begins a little after the runner's clock. */
const GRACE_MS = 2_000;

let platform: Embedded;
before(async () => {
  // Few chunks: the platform is up in seconds. Few AI requests: some messages fail, so that failures are compared too.
  platform = await startEmbedded(
    {},
    ...['--switch', 'chunks=500', '--switch', 'aiRequestsPerMinute=8', '--switch', 'aiQueue=off'],
  );
});
after(() => platform.stop());

test('what four generators counted together is what the platform did, and nobody asks after the last hold', async () => {
  const counted = await platform.run('chat', 'smoke', '--generators', '4');
  assert.equal(counted.summary.totals.maxUsers, 10, counted.output);
  const comparisons = [...compareCounts(counted), ...comparePercentiles(counted)];
  assert.ok(
    comparisons.some(({ what, seen }) => what === 'smoke: server-error failures' && seen > 0),
    counted.output,
  );
  assert.deepEqual(differences(comparisons), [], counted.output);
  assert.deepEqual(await askedLate(counted.folder), []);
});

/** Messages that were sent after the last hold: ms since its end. */
async function askedLate(folder: string): Promise<number[]> {
  const run = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunFile;
  const endMs = Date.parse(run.startedAt) + run.windows.at(-1)!.toMs;
  const late: number[] = [];
  for (const path of await samplesOf(folder)) {
    await readSamples(path, new Set(['http_req_duration']), ({ name, timeMs, value }) => {
      const afterMs = timeMs - value - endMs;
      if (name === 'POST /api/chat' && afterMs > GRACE_MS) late.push(afterMs);
    });
  }
  return late;
}
