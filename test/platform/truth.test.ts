import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile, Truth } from '../../platform/truth.ts';

test('percentiles lie between the closest ranks, as k6 has them', () => {
  const sorted = Float64Array.of(10, 20, 30, 40);
  // rank 0.95 * 3 = 2.85: 30 + 0.85 * 10
  assert.equal(percentile(sorted, 0.95), 38.5);
  assert.equal(percentile(sorted, 0.5), 25);
  assert.equal(percentile(Float64Array.of(7), 0.99), 7);
  assert.equal(percentile(Float64Array.of(), 0.99), 0);
});

test('counts and times are kept by run, route and phase, good ones also by themselves', () => {
  const truth = new Truth();
  for (let number = 1; number <= 1_000; number++) truth.record('r', 'POST /api/chat', 'normal', number, 200);
  truth.record('r', 'POST /api/chat', 'normal', 5_000, 502);
  truth.record('r', 'POST /api/chat', 'peak', 1, 429);
  truth.record('another', 'POST /api/chat', 'normal', 1, 200);
  const { routes } = truth.of('r');
  assert.equal(routes.length, 2);
  const normal = routes[0]!;
  assert.deepEqual([normal.phase, normal.count, normal.failed], ['normal', 1_001, 1]);
  assert.deepEqual(normal.byStatus, { 200: 1_000, 502: 1 });
  assert.equal(normal.ms.max, 5_000);
  assert.equal(normal.msOk.max, 1_000);
  // rank 0.99 * 999 = 989.01 of 1..1000
  assert.ok(Math.abs(normal.msOk.p99 - 990.01) < 1e-9);
});

test('every single request can be asked for, in the order in which they ended', () => {
  const truth = new Truth();
  truth.record('r', 'GET /api/health', 'ramp', 12.5, 200);
  truth.record('r', 'GET /api/health', 'ramp', 3, 503);
  assert.equal(truth.of('r').routes[0]!.requests, undefined);
  assert.deepEqual(truth.of('r', true).routes[0]!.requests, [
    [12.5, 200],
    [3, 503],
  ]);
});

test('what was recorded is gone after it was cleared', () => {
  const truth = new Truth();
  truth.record('r', 'GET /api/health', '', 1, 200);
  truth.clear();
  assert.deepEqual(truth.of('r').routes, []);
});
