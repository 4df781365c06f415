import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { compareWithTruth } from './compare.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

let platform: Embedded;
before(async () => {
  // As in chat.test.ts: up in seconds, and some messages fail.
  platform = await startEmbedded(
    ...['--switch', 'chunks=500', '--switch', 'aiRequestsPerMinute=8', '--switch', 'aiQueue=off'],
  );
});
after(() => platform.stop());

test('what four generators counted together is what the platform did', async () => {
  const { summary, truth, output } = await platform.run('chat', 'smoke', '--generators', '4');
  assert.equal(summary.totals.maxUsers, 10, output);
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
