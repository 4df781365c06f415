import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TestName } from '../../src/workloads.ts';
import { compareCounts, comparePercentiles, differences } from './compare.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

/** Soak takes the middle of its hour as SOAK_HOURS says. */
const SETTINGS = { SOAK_HOURS: '0.02', PROCESSING_SPEEDUP: '60' };

describe('in the standard profile, on the recommended setup,', () => {
  let platform: Embedded;
  before(async () => {
    // Few enough failures for every promise, and enough of them to be counted.
    platform = await startEmbedded(SETTINGS, '--setup', 'recommended', '--switch', 'failureShare=0.002');
  });
  after(() => platform.stop());

  const names: readonly TestName[] = ['quick', 'chat', 'video', 'auth', 'database', 'mixed', 'spike', 'soak'];
  for (const name of names) {
    it(`${name} passes, and counted what the platform did`, async (context) => {
      const counted = await platform.run(name, 'standard');
      const comparisons = [...compareCounts(counted), ...comparePercentiles(counted)];
      for (const { what, seen, truth } of comparisons) context.diagnostic(`${what}: ${seen}, really ${truth}`);
      context.diagnostic(counted.output);
      assert.ok(comparisons.length > 0);
      assert.deepEqual(differences(comparisons), []);
      // Two failures among quick's hundred requests are more than 1 %; three among video's 600 addresses leave p99 open.
      const open = name === 'video' ? [0, 5] : [0];
      if (name !== 'quick') assert.ok(open.includes(counted.exitCode), counted.output);
    });
  }
});
