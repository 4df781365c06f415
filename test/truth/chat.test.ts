import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { readSamples } from '../../gate/runs/timeline-samples.ts';
import type { RunFile } from '../../src/wire/run-files.ts';
import { compareWithTruth } from './compare.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

/** k6's schedule begins a little after the runner's clock. */
const GRACE_MS = 2_000;

let platform: Embedded;
before(async () => {
  // Few chunks: the platform is up in seconds. Few AI requests: some messages fail, so that failures are compared too.
  platform = await startEmbedded(
    '--switch',
    'chunks=500',
    '--switch',
    'aiRequestsPerMinute=8',
    '--switch',
    'aiQueue=off',
  );
});
after(() => platform.stop());

test('what chat smoke counted is what the platform did, and nobody asks after the last hold', async () => {
  const { summary, truth, output, folder } = await platform.run('chat', 'smoke');
  const comparisons = compareWithTruth(summary, truth, 'POST /api/chat');
  assert.ok(
    comparisons.some(({ what, seen }) => what.endsWith('failed') && seen > 0),
    output,
  );
  assert.deepEqual(
    comparisons.filter(({ equal }) => !equal),
    [],
    output,
  );

  const run = JSON.parse(await readFile(`${folder}/run.json`, 'utf8')) as RunFile;
  const endMs = Date.parse(run.startedAt) + run.windows.at(-1)!.toMs;
  const late: number[] = [];
  await readSamples(`${folder}/samples.csv.gz`, new Set(['http_req_duration']), ({ name, timeMs, value }) => {
    const afterMs = timeMs - value - endMs;
    if (name === 'POST /api/chat' && afterMs > GRACE_MS) late.push(afterMs);
  });
  assert.deepEqual(late, []);
});
