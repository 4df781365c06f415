import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latencies } from '../../gate/runs/samples/timeline-histogram.ts';
import { Cuts, lengthOf } from '../../gate/runs/samples/timeline-windows.ts';
import { TIMELINE_SCHEMA, type Timeline } from '../../src/wire/timeline.ts';

const EMPTY: Timeline = {
  schema: TIMELINE_SCHEMA,
  runId: 'run-1',
  startedAt: '2026-03-01T10:00:00.000Z',
  phases: ['peak'],
  routes: ['GET /a', 'GET /b'],
  kinds: ['timeout'],
  parts: ['db', 'auth'],
  cells: [],
  failures: [],
  serverTime: [],
  users: [],
  dropped: [],
  latencies: [],
  slowest: [],
  errors: [],
  otherErrors: 0,
  signals: [],
  generator: [],
  samples: { rows: 0, unreadable: 0, outside: 0, truncated: false },
};

function packed(...ms: number[]): string {
  const latencies = new Latencies();
  for (const value of ms) latencies.record(value);
  return latencies.encoded();
}

/** 1, 2, … ms */
const upTo = (most: number) => packed(...Array.from({ length: most }, (_, index) => index + 1));

test('a timeline is as long as the last thing that happened', () => {
  assert.equal(lengthOf(EMPTY), 0);
  assert.equal(lengthOf({ ...EMPTY, users: [1, 1, 1], failures: [[7, 0, 0, 0, 1]] }), 8);
});

test('requests add up over seconds and phases, by route', () => {
  const cuts = new Cuts({
    ...EMPTY,
    cells: [
      [0, 0, 0, 3, 1, packed(10, 20)],
      [4, 0, 0, 2, 0, packed(30, 40)],
      [4, 0, 1, 9, 9, ''],
      [5, 0, 0, 1, 0, packed(50)],
    ],
  });
  const { times, routes } = cuts.windows(5);
  assert.deepEqual(times, [0, 5]);
  assert.deepEqual(
    routes.map(({ requests }) => requests),
    [
      [5, 1],
      [9, 0],
    ],
  );
});

test('percentiles are those of all requests of a window, not means of seconds', () => {
  const cuts = new Cuts({
    ...EMPTY,
    cells: [
      [0, 0, 0, 90, 0, packed(...new Array(90).fill(10))],
      [1, 0, 0, 10, 0, packed(...new Array(10).fill(1_000))],
    ],
  });
  const [route] = cuts.windows(5).routes;
  assert.equal(Math.round(route!.p50[0]!), 10);
  assert.equal(Math.round(route!.p95[0]!), 1_000);
  assert.ok(Math.abs(route!.mean[0]! - 109) < 0.2);
});

test('a p95 takes 20 requests and a p99 takes 100; fewer give none', () => {
  const cuts = new Cuts({
    ...EMPTY,
    cells: [
      [0, 0, 0, 19, 0, upTo(19)],
      [1, 0, 0, 20, 0, upTo(20)],
      [2, 0, 0, 99, 0, upTo(99)],
      [3, 0, 0, 100, 0, upTo(100)],
    ],
  });
  const { p50, p95, p99 } = cuts.windows(1).routes[0]!;
  const whole = (values: (number | null)[]) => values.map((value) => value && Math.round(value));
  assert.deepEqual(whole(p50), [10, 10, 50, 50]);
  assert.deepEqual(whole(p95), [null, 19, 95, 95]);
  assert.deepEqual(whole(p99), [null, null, null, 99]);
});

test('users are the most of a window; a window without a reading has none', () => {
  const { users } = new Cuts({ ...EMPTY, users: [5, 7, null, null, 6] }).windows(2);
  assert.deepEqual(users, [7, null, 6]);
});

test('failures and dropped arrivals are counted where they happened', () => {
  const timeline: Timeline = {
    ...EMPTY,
    failures: [
      [0, 0, 0, 0, 2],
      [1, 0, 1, 0, 1],
      [9, 0, 0, 0, 4],
    ],
    dropped: [[3, 6]],
  };
  const { failures, dropped } = new Cuts(timeline).windows(5);
  assert.deepEqual(failures, [{ kind: 'timeout', count: [3, 4] }]);
  assert.deepEqual(dropped, [6, 0]);
});

test('parts of the server’s time are means, in their fixed order, for routes that sent them', () => {
  const timeline: Timeline = {
    ...EMPTY,
    serverTime: [
      [0, 0, 0, 0, 2, 30],
      [1, 0, 0, 0, 1, 30],
      [6, 0, 0, 1, 4, 8],
    ],
  };
  const [first, second] = new Cuts(timeline).windows(5).routes;
  assert.deepEqual(first!.parts, [
    { part: 'auth', ms: [null, 2] },
    { part: 'db', ms: [20, null] },
  ]);
  assert.deepEqual(second!.parts, []);
});
