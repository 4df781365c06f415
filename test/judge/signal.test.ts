import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSignal } from '../../gate/judge/signal.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';

const HOLD = { fromMs: 15_000, toMs: 75_000 };
const EVERY_MS = 5_000;

/** One reading every 5 s over the hold's twelve intervals, of the given values. */
const readings = (values: number[], ageMs = 0): SignalReading[] =>
  values.map((value, index) => ({
    signal: 'db_connections_used_ratio',
    atMs: HOLD.fromMs + index * EVERY_MS + ageMs,
    value,
    ageMs,
  }));
const outcome = (read: SignalReading[], limit: Parameters<typeof judgeSignal>[3]) =>
  judgeSignal(read, HOLD, EVERY_MS, limit).outcome;
const calm = Array.from({ length: 12 }, () => 0.5);

test('a signal passes when its worst reading is within the limit, and fails by a single one beyond', () => {
  assert.deepEqual(judgeSignal(readings(calm), HOLD, EVERY_MS, { below: 0.8 }), {
    outcome: 'pass',
    worst: 0.5,
    seen: 12,
    needed: 10,
  });
  const spike = calm.with(6, 0.93);
  assert.equal(outcome(readings(spike), { below: 0.8 }), 'fail');
  assert.equal(judgeSignal(readings(spike), HOLD, EVERY_MS, { below: 0.8 }).worst, 0.93);
});

test('the worst of a signal that should be high is its lowest reading', () => {
  const dip = calm.with(3, 0.6);
  assert.equal(judgeSignal(readings(dip), HOLD, EVERY_MS, { above: 0.4 }).worst, 0.5);
  const low = calm.map(() => 0.6);
  assert.equal(outcome(readings(low), { above: 0.6 }), 'fail');
  assert.equal(outcome(readings(low), { atLeast: 0.6 }), 'pass');
  assert.equal(outcome(readings(low), { below: 0.6 }), 'fail');
});

test('a pass needs four fifths of the intervals, a fail does not', () => {
  assert.equal(outcome(readings(calm.slice(0, 10)), { below: 0.8 }), 'pass');
  assert.equal(outcome(readings(calm.slice(0, 9)), { below: 0.8 }), 'inconclusive');
  assert.equal(outcome(readings([0.95]), { below: 0.8 }), 'fail');
});

test('readings outside the hold, without a number, or of a value older than the hold count for nothing', () => {
  assert.equal(outcome([], { below: 0.8 }), 'not measured');
  assert.equal(outcome(readings([Number.NaN]), { below: 0.8 }), 'not measured');
  assert.equal(outcome([{ signal: 's', atMs: 80_000, value: 0.9, ageMs: 0 }], { below: 0.8 }), 'not measured');
  assert.equal(outcome([{ signal: 's', atMs: 20_000, value: 0.9, ageMs: 60_000 }], { below: 0.8 }), 'not measured');
});

test('a stale value that is repeated is one reading', () => {
  const repeated = calm.map((value, index) => ({
    signal: 's',
    atMs: HOLD.fromMs + index * EVERY_MS,
    value,
    ageMs: index * EVERY_MS,
  }));
  const verdict = judgeSignal(repeated, HOLD, EVERY_MS, { below: 0.8 });
  assert.equal(verdict.seen, 1);
  assert.equal(verdict.outcome, 'inconclusive');
});

test('a source of once a minute has one interval in a hold of a minute', () => {
  assert.equal(judgeSignal(readings([0.5]), HOLD, 60_000, { below: 0.8 }).outcome, 'pass');
});
