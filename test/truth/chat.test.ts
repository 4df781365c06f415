import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { compareWithTruth } from './compare.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

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

test('what chat smoke counted is what the platform did', async () => {
  const { summary, truth, output } = await platform.run('chat', 'smoke');
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
});
