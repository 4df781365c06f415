import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sparkLine } from '../../gate/observe/spark-line.ts';
import { SPAN_MS, Vitals } from '../../gate/observe/vitals.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import type { SignalName } from '../../src/wire/signals.ts';

const MINUTE = 60_000;

function told(atMs: number, signal: SignalName, value: number, more: Partial<SourceLook> & { ageMs?: number } = {}) {
  const { ageMs = 0, ...look } = more;
  return { source: 'metrics', everyMs: 5_000, atMs, values: [{ signal, value, ageMs }], ...look };
}

test('a signal is what was told last, and its age goes on with the clock', () => {
  const vitals = new Vitals();
  vitals.add(told(0, 'queue_depth', 3));
  vitals.add(told(5_000, 'queue_depth', 4, { ageMs: 1_000 }));
  assert.deepEqual(vitals.of('queue_depth', 7_000), {
    ...{ signal: 'queue_depth', value: 4, ageMs: 3_000, isStale: false, source: 'metrics' },
  });
  assert.equal(vitals.of('cache_hit_ratio', 7_000), undefined);
});

test('it is stale after two of its source’s intervals, and later still for one of once a minute', () => {
  const vitals = new Vitals();
  vitals.add(told(0, 'queue_depth', 3));
  vitals.add(told(0, 'db_pool_waiting', 3, { everyMs: MINUTE, source: 'Supabase' }));
  const staleAt = (nowMs: number) => vitals.at(nowMs).map(({ signal, isStale }) => [signal, isStale]);
  assert.deepEqual(staleAt(10_000), [
    ['db_pool_waiting', false],
    ['queue_depth', false],
  ]);
  assert.deepEqual(staleAt(10_001), [
    ['db_pool_waiting', false],
    ['queue_depth', true],
  ]);
  assert.equal(vitals.of('db_pool_waiting', 2 * MINUTE + 1)!.isStale, true);
});

test('of two sources the worse is believed, but never one that is stale', () => {
  const vitals = new Vitals();
  vitals.add(told(0, 'db_connections_used_ratio', 0.95, { source: 'exporter' }));
  vitals.add(told(8_000, 'db_connections_used_ratio', 0.4, { source: 'Postgres' }));
  assert.equal(vitals.of('db_connections_used_ratio', 9_000)!.value, 0.95);
  assert.equal(vitals.of('db_connections_used_ratio', 11_000)!.value, 0.4);
  vitals.add(told(12_000, 'cache_hit_ratio', 0.9, { source: 'Redis' }));
  vitals.add(told(12_000, 'cache_hit_ratio', 0.5, { source: 'app' }));
  assert.equal(vitals.of('cache_hit_ratio', 12_000)!.value, 0.5);
});

test('the past is the worst of each span; a value holds until the next, but not beyond being stale', () => {
  const vitals = new Vitals();
  // Five spans of a minute: 7 then 9 in the second, one in the fourth.
  vitals.add(told(1.2 * MINUTE, 'queue_depth', 7));
  vitals.add(told(1.4 * MINUTE, 'queue_depth', 9));
  vitals.add(told(3.99 * MINUTE, 'queue_depth', 2));
  assert.deepEqual(vitals.past('queue_depth', SPAN_MS, 5), [undefined, 9, undefined, 2, undefined]);
  const slow = new Vitals();
  slow.add(told(0.5 * MINUTE, 'queue_depth', 4, { everyMs: MINUTE }));
  assert.deepEqual(slow.past('queue_depth', SPAN_MS, 5), [4, 4, undefined, undefined, undefined]);
});

test('a spark line has a level for each eighth, nothing where nothing is known, and never leaves its height', () => {
  assert.equal(sparkLine([0, 1, 2, 3, 4, 5, 6, 7, 8], 8), '▁▂▃▄▅▆▇██');
  assert.equal(sparkLine([undefined, 20, -1, Number.NaN], 8), ' █▁▁');
});
