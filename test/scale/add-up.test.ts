import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import { segmentArguments } from '../../gate/runs/k6/generators.ts';
import { addUp } from '../../gate/runs/samples/add-up.ts';
import type { Fact, Latency, Summary } from '../../src/wire/facts.ts';
import { evidenceOf, healthySummary } from '../judge/healthy-run.ts';

/** Counts of one of four generators in the hold of the gate profile: criterion -> seen and over the limit. */
type Counts = Record<
  'chat.p95' | 'chat.p99' | 'chat.failures.normal' | 'chat.throughput',
  [seen: number, over: number]
>;

function share(counts: Counts, totals: Partial<Summary['totals']> = {}): Summary {
  const facts = Object.entries(counts).map(([criterion, [seen, over]]): Fact => {
    return { criterion, phase: 'normal', seen, over };
  });
  const usual = healthySummary();
  return { ...usual, facts, latencies: [], totals: { ...usual.totals, maxUsers: 25, ...totals } };
}

const POOLED: Latency = { ...healthySummary().latencies[0]!, p95: 2_650, p99: 4_150 };

function verdictOf(summary: Summary) {
  const { outcome, criteria } = judge(evidenceOf(summary));
  return { outcome, criteria: Object.fromEntries(criteria.map(({ criterion, outcome }) => [criterion, outcome])) };
}

/** A quarter of 1,056 messages; none is slow, none fails. */
const QUARTER: Counts = {
  'chat.p95': [264, 0],
  'chat.p99': [264, 0],
  'chat.failures.normal': [300, 0],
  'chat.throughput': [264, 0],
};

/** Signals that nobody read. */
const UNREAD = { 'chat.connections': 'not measured', 'chat.ai-headroom': 'not measured' };

test('Four shares that each look like too little are together a pass', () => {
  const alone = verdictOf(share(QUARTER));
  // Each alone: p99 and the failures lack samples, and a quarter of the messages is far below the floor of all.
  assert.deepEqual(alone.criteria, {
    ...UNREAD,
    'chat.p95': 'pass',
    'chat.p99': 'inconclusive',
    'chat.failures.normal': 'inconclusive',
    'chat.throughput': 'fail',
  });
  const together = verdictOf(
    addUp(
      [1, 2, 3, 4].map(() => share(QUARTER)),
      { latencies: [POOLED], serverParts: [] },
    ),
  );
  assert.deepEqual(together.criteria, {
    ...UNREAD,
    'chat.p95': 'pass',
    'chat.p99': 'pass',
    'chat.failures.normal': 'pass',
    'chat.throughput': 'pass',
  });
  assert.equal(together.outcome, 'pass');
});

test('A failing criterion of which each share alone is unsure is together a fail', () => {
  // 1.7 % of 300 fail in each: with 5 of 300 that may still be below 1 %; with 20 of 1,200 it is not.
  const counts: Counts = { ...QUARTER, 'chat.failures.normal': [300, 5] };
  assert.equal(verdictOf(share(counts)).criteria['chat.failures.normal'], 'inconclusive');
  const together = addUp(
    [1, 2, 3, 4].map(() => share(counts)),
    undefined,
  );
  assert.equal(verdictOf(together).criteria['chat.failures.normal'], 'fail');
});

test('A share that fails by itself does not fail the whole that keeps the limit', () => {
  const bad = share({ ...QUARTER, 'chat.p95': [264, 30] });
  assert.equal(verdictOf(bad).criteria['chat.p95'], 'fail');
  const together = addUp([bad, share(QUARTER), share(QUARTER), share(QUARTER)], undefined);
  assert.equal(verdictOf(together).criteria['chat.p95'], 'pass');
});

test('Counts add up, the shortest share bounds the run, and the latest is its lateness', () => {
  const a = share(QUARTER, { requests: 10, failedRequests: 1, iterations: 4, bytesSent: 100 });
  const b: Summary = {
    ...share(QUARTER, { requests: 5, failedRequests: 0, iterations: 3, bytesSent: 50 }),
    durationMs: 200_000,
    latenessMs: { p95: 0.5, p99: 90, max: 95 },
    failures: [{ kind: 'timeout', phase: 'normal', count: 2 }],
    stopped: 'MAX_AI_CALLS=5 reached',
  };
  const sum = addUp([{ ...a, failures: [{ kind: 'timeout', phase: 'normal', count: 1 }] }, b], undefined);
  assert.deepEqual(
    [sum.totals.requests, sum.totals.failedRequests, sum.totals.iterations, sum.totals.bytesSent, sum.totals.maxUsers],
    [15, 1, 7, 150, 50],
  );
  assert.deepEqual(sum.failures, [{ kind: 'timeout', phase: 'normal', count: 3 }]);
  assert.equal(sum.durationMs, 200_000);
  assert.deepEqual(sum.latenessMs, { p95: 1, p99: 90, max: 95 });
  assert.equal(sum.stopped, 'MAX_AI_CALLS=5 reached');
});

test('Without all samples there are no percentiles: those of parts would be wrong', () => {
  assert.deepEqual(addUp([healthySummary(), healthySummary()], undefined).latencies, []);
});

test('Segments begin where the one before ends, and cover everything', () => {
  assert.deepEqual(segmentArguments(0, 1), []);
  assert.deepEqual(
    [0, 1, 2].map((index) => segmentArguments(index, 3)),
    [
      ['--execution-segment=0:1/3', '--execution-segment-sequence=0,1/3,2/3,1'],
      ['--execution-segment=1/3:2/3', '--execution-segment-sequence=0,1/3,2/3,1'],
      ['--execution-segment=2/3:1', '--execution-segment-sequence=0,1/3,2/3,1'],
    ],
  );
});
