import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import type { SignalSource } from '../../src/wire/run-files.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import { evidenceOf, healthySummary } from './healthy-run.ts';

const METRICS: SignalSource = { source: 'metrics', everyMs: 5_000, looks: 43, failed: 0, problem: '' };

/** One reading every 5 s from 2.5 s to 212.5 s; the hold goes from 15 s to 205 s. */
function readings(signal: string, value: (atMs: number) => number, source = 'metrics'): SignalReading[] {
  return Array.from({ length: 43 }, (_, index) => {
    const atMs = 2_500 + index * 5_000;
    return { signal, atMs, value: value(atMs), ageMs: 0, source };
  });
}

function judged(signals: SignalReading[], sources: SignalSource[] = [METRICS], summary = {}) {
  const verdict = judge({ ...evidenceOf(summary, { signalSources: sources }), signals });
  const rows = Object.fromEntries(verdict.criteria.map((row) => [row.criterion, row]));
  return { outcome: verdict.outcome, connections: rows['chat.connections']!, headroom: rows['chat.ai-headroom']! };
}

const calm = readings('db_connections_used_ratio', () => 0.4);

test('a signal that stays within its limit passes, with its worst reading and their number', () => {
  const { outcome, connections } = judged(calm);
  assert.equal(outcome, 'pass');
  const { actual, limitText, unit, seen, needed } = connections;
  assert.deepEqual(
    { actual, limitText, unit, seen, needed, outcome: connections.outcome },
    { actual: 0.4, limitText: '< 80 %', unit: 'ratio', seen: 38, needed: 31, outcome: 'pass' },
  );
});

test('one reading beyond the limit fails the run when the criterion is a must', () => {
  const { outcome, connections } = judged(readings('db_connections_used_ratio', (at) => (at === 102_500 ? 0.85 : 0.1)));
  assert.equal(connections.outcome, 'fail');
  assert.equal(connections.actual, 0.85);
  assert.equal(outcome, 'fail');
});

test('ramps and the cool-down are judged by nothing', () => {
  const { connections } = judged(
    readings('db_connections_used_ratio', (at) => (at < 15_000 || at > 205_000 ? 1 : 0.1)),
  );
  assert.equal(connections.outcome, 'pass');
});

test('what should be high is judged by its lowest, and a should decides nothing', () => {
  const { outcome, headroom } = judged([
    ...calm,
    ...readings('ai_remaining_ratio', (at) => (at === 52_500 ? 0.05 : 0.9)),
  ]);
  assert.deepEqual([headroom.outcome, headroom.actual, headroom.limitText], ['fail', 0.05, '>= 10 %']);
  assert.equal(outcome, 'pass');
});

test('without a source a signal is not measured, which leaves the run’s verdict alone', () => {
  const { outcome, connections } = judged([], []);
  assert.deepEqual([connections.outcome, connections.note], ['not measured', 'no source tells it']);
  assert.equal(outcome, 'pass');
});

test('a source that never answered is named with its problem', () => {
  const { connections } = judged([], [{ ...METRICS, failed: 43, problem: 'it answers 401' }]);
  assert.equal(connections.note, 'no source tells it; metrics: it answers 401');
});

test('readings that are too few, or stale, are no pass', () => {
  const gaps = judged(calm.filter(({ atMs }) => atMs < 100_000));
  assert.deepEqual([gaps.outcome, gaps.connections.outcome], ['inconclusive', 'inconclusive']);
  assert.equal(gaps.connections.note, '17 readings; at least 31 are needed');
  // The page was kept by a proxy from second 50 on.
  const stale = judged(calm.map((each) => ({ ...each, ageMs: Math.max(0, each.atMs - 47_500) })));
  assert.equal(stale.connections.outcome, 'inconclusive');
});

test('readings just beside the seams of the intervals are all counted', () => {
  const { connections } = judged(
    calm.map((each, index) => ({ ...each, atMs: each.atMs + 2_500 + (index % 2 ? 8 : -8) })),
  );
  assert.deepEqual([connections.seen, connections.outcome], [38, 'pass']);
});

test('of two sources the one that saw it fail is believed, and the one that saw enough is enough', () => {
  const postgres: SignalSource = { source: 'Postgres', everyMs: 5_000, looks: 43, failed: 0, problem: '' };
  const full = readings('db_connections_used_ratio', (at) => (at === 102_500 ? 1 : 0.1), 'Postgres');
  assert.equal(judged([...calm, ...full], [METRICS, postgres]).connections.outcome, 'fail');
  const few = calm.slice(0, 10).map((each) => ({ ...each, source: 'Postgres' }));
  assert.equal(judged([...few, ...calm], [METRICS, postgres]).connections.outcome, 'pass');
});

test('a source of once a minute needs a reading a minute', () => {
  const supabase: SignalSource = { ...METRICS, source: 'supabase', everyMs: 60_000, looks: 4 };
  const minutes = readings('db_connections_used_ratio', () => 0.3, 'supabase').filter((_, index) => index % 12 === 0);
  const { connections } = judged(minutes, [supabase]);
  assert.deepEqual([connections.seen, connections.needed, connections.outcome], [3, 3, 'pass']);
});

test('where k6 read the metrics, its counts decide', () => {
  const counted = (seen: number, over: number) => {
    const facts = [...healthySummary().facts, { criterion: 'chat.connections', phase: 'normal', seen, over }];
    return judged([], [], { facts }).connections;
  };
  assert.deepEqual([counted(38, 0).outcome, counted(38, 0).actual], ['pass', null]);
  assert.equal(counted(38, 1).outcome, 'fail');
  assert.equal(counted(20, 0).outcome, 'inconclusive');
  assert.equal(counted(0, 0).outcome, 'not measured');
});

test('a hold that was cut short is no pass, however calm it was', () => {
  const { connections } = judged(calm, [METRICS], { durationMs: 190_000 });
  assert.equal(connections.outcome, 'inconclusive');
});
