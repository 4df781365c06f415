/** Verdicts on amounts: enough requests, enough videos, a percentile beside an earlier one. */
import {
  type Gate,
  type ProcessingCriterion,
  type RelativeCriterion,
  type ThroughputCriterion,
  throughputFloor,
} from '../../src/thresholds.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { count, duration, percent } from './figures.ts';
import { common, countsOf, cutShort, type Grounds, notMeasured } from './grounds.ts';
import { samplesNeeded } from './intervals.ts';

const POINT_VALUE = 'a point value, no proof of load';
/** A shorter stretch of processing sees too few videos: 100 an hour are 25 in it. */
const PROCESSING_SECONDS = 900;
/** Two percentiles that lie closer together are the same to anybody. */
const SLACK_MS = 50;

/**
 * A count over its floor. A hold that was cut short can't fall short: there the floor says nothing. No request at all in
 * a whole hold is a fail: a healthy generator had its users there.
 */
export function judgeThroughput(criterion: ThroughputCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const floor = Math.floor(throughputFloor(criterion, phaseOf(gate, grounds), grounds.pace));
  const seen = countsOf(gate, grounds)?.seen;
  const verdict = {
    ...common(gate),
    limitText: `at least ${count(floor)} requests`,
    limit: floor,
    unit: 'requests',
    actual: seen ?? null,
    seen: seen ?? 0,
    over: null,
    interval: null,
    needed: 1,
  } as const;
  if (seen === undefined) return { ...verdict, outcome: 'inconclusive', note: 'no data' };
  if (seen > 0 && seen >= floor) {
    return { ...verdict, outcome: 'pass', note: grounds.pointValues ? POINT_VALUE : '' };
  }
  const short = cutShort(gate, grounds);
  if (short) return { ...verdict, outcome: 'inconclusive', note: short };
  return {
    ...verdict,
    outcome: 'fail',
    note: `${percent(seen / floor)} of the floor: the platform slowed its users down`,
  };
}

/**
 * Videos processed in a hold, as a rate an hour of processing: a platform that processes faster than life by a known
 * factor gets through more hours of it.
 */
export function judgeProcessing(criterion: ProcessingCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const { atLeastPerHour } = criterion;
  const limit = {
    limitText: `at least ${count(atLeastPerHour)} an hour`,
    limit: atLeastPerHour,
    unit: 'requests',
  } as const;
  const seconds = phaseOf(gate, grounds).holdSeconds * grounds.processingSpeedup;
  if (seconds < PROCESSING_SECONDS) {
    return notMeasured(gate, limit, `${duration(seconds * 1000)} of processing are too few to tell a rate`);
  }
  const seen = countsOf(gate, grounds)?.seen ?? 0;
  const perHour = (seen / seconds) * 3_600;
  const short = cutShort(gate, grounds);
  const enough = perHour >= atLeastPerHour;
  return {
    ...common(gate),
    ...limit,
    actual: perHour,
    seen,
    over: null,
    interval: null,
    needed: 1,
    outcome: enough ? 'pass' : short ? 'inconclusive' : 'fail',
    note: enough ? '' : (short ?? `${count(seen)} videos in ${duration(seconds * 1000)} of processing`),
  };
}

/** A p95 beside that of an earlier phase under the same load. */
export function judgeRelative(
  criterion: RelativeCriterion,
  gate: Gate,
  { summary, confidence }: Grounds,
): CriterionVerdict {
  const { route, against, atMostTimes } = criterion;
  const latencyIn = (phase: string) =>
    summary?.latencies.find((latency) => latency.route === route && latency.phase === phase && latency.count > 0);
  const [before, after] = [latencyIn(against), latencyIn(gate.phase)];
  const needed = samplesNeeded(0.05, 0, confidence);
  const limit = before ? Math.max(before.p95 * atMostTimes, before.p95 + SLACK_MS) : 0;
  const seen = Math.min(before?.count ?? 0, after?.count ?? 0);
  const verdict = {
    ...common(gate),
    limitText: before ? `p95 <= ${duration(limit)}` : `p95 <= ${atMostTimes} x that of ${against}`,
    limit,
    unit: 'ms',
    actual: after?.p95 ?? null,
    seen,
    over: null,
    interval: null,
    needed,
  } as const;
  if (!before || !after) return { ...verdict, outcome: 'inconclusive', note: 'no samples' };
  const beside = `${against} had ${duration(before.p95)}`;
  if (seen < needed) {
    return {
      ...verdict,
      outcome: 'inconclusive',
      note: `${beside}; ${count(seen)} samples; ${count(needed)} are needed`,
    };
  }
  return { ...verdict, outcome: after.p95 <= limit ? 'pass' : 'fail', note: beside };
}

function phaseOf({ phase }: Gate, { phases }: Grounds) {
  return phases.find(({ name }) => name === phase)!;
}
