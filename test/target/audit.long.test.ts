/** The audit against the embedded platform: each weak point alone, and all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SwitchName } from '../../platform/setups.ts';
import { audited, foundIn, SLOW_ENOUGH } from './audited.ts';

/** One switch of the free setup in the recommended one, and what is then found. */
const ALONE: [weakPoint: number, switches: Partial<Record<SwitchName, string | number>>, ids: string[]][] = [
  [1, { connectionLimit: 15 }, ['connections']],
  [1, { connectionHold: 'request', ...SLOW_ENOUGH }, ['pooling']],
  [2, { vectorIndex: 'off', chunks: 10_000 }, ['vector-index', 'vector-search']],
  [3, { aiRequestsPerMinute: 50, aiQueue: 'off' }, ['ai-limits', 'ai-queue', 'ai-backoff']],
  [4, { videoWorkers: 1 }, ['processing-workers']],
  [5, { cache: 'off' }, ['cache', 'cache-dashboards', 'cache-videos']],
  [6, { sessionLookup: 'database' }, ['session-lookup']],
  [7, { media: 'app' }, ['media']],
  [8, { nPlusOne: 'on' }, ['n-plus-one']],
];

for (const [weakPoint, switches, ids] of ALONE) {
  const named = Object.entries(switches)
    .filter(([name]) => !(name in SLOW_ENOUGH) && name !== 'chunks')
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  test(`weak point ${weakPoint} alone is found (${named}), and nothing else`, async () => {
    const findings = foundIn(await audited('recommended', switches));
    assert.deepEqual(
      findings.map(({ id }) => id),
      ids,
    );
    for (const { fix, why, seen, weakPoint: of } of findings) {
      assert.ok(fix && why && seen);
      assert.equal(of, weakPoint);
    }
  });
}

test('all eight weak points are found in the free setup', async () => {
  const findings = foundIn(await audited('free', { chunks: 10_000, ...SLOW_ENOUGH }));
  assert.deepEqual([...new Set(findings.map(({ weakPoint }) => weakPoint))].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
});
