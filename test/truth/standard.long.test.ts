import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { compareWithTruth } from './compare.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

let platform: Embedded;
before(async () => {
  platform = await startEmbedded('--setup', 'recommended');
});
after(() => platform.stop());

test('chat standard passes on the recommended setup, and counted what the platform did', async (context) => {
  const { summary, truth, output, exitCode } = await platform.run('chat', 'standard');
  const comparisons = compareWithTruth(summary, truth, 'POST /api/chat');
  for (const { what, seen, truth: really } of comparisons) context.diagnostic(`${what}: ${seen}, really ${really}`);
  context.diagnostic(output);
  assert.equal(exitCode, 0, output);
  assert.equal(comparisons.length, 3 * 6);
  assert.deepEqual(
    comparisons.filter(({ equal }) => !equal),
    [],
  );
});
