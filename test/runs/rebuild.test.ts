import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile } from '../../gate/runs/samples/rebuild.ts';

test('Percentiles are linear between the two nearest ranks, as k6’s', () => {
  // Hyndman and Fan, type 7: of 1..5, rank 0.95 * 4 = 3.8 lies between 4 and 5.
  assert.ok(Math.abs(percentile([1, 2, 3, 4, 5], 0.95) - 4.8) < 1e-12);
  assert.equal(percentile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(percentile([7], 0.99), 7);
});
