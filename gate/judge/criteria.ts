/**
 * The verdict of one criterion in one phase, from counts. DESIGN.md, Words: pass where the exact bound is inside the
 * limit; fail where the value is beyond it and there are enough samples, or the whole interval is beyond; inconclusive
 * between.
 */
import {
  allowedShare,
  type FailureCriterion,
  type Gate,
  k6ThresholdsOf,
  type PercentileCriterion,
  type ThroughputCriterion,
  throughputFloor,
} from '../../src/thresholds.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { CriterionVerdict, Outcome } from '../../src/wire/run-files.ts';
import { type Phase, type TestName, windowsOf } from '../../src/workloads.ts';
import { count, duration, percent } from './figures.ts';
import { samplesNeeded, samplesToSettle, shareInterval, showsLessThan } from './intervals.ts';

/** What the gates of a run are judged on. */
export interface Grounds {
  test: TestName;
  /** null: k6 left no facts. */
  summary: Summary | null;
  phases: readonly Phase[];
  pace: number;
  /** One-sided, 0..1. */
  confidence: number;
  /** Judge the value itself, as smoke and quick do: it says that something works, not how sure that is. */
  pointValues: boolean;
}

type ShareCriterion = PercentileCriterion | FailureCriterion;

/**
 * Three rules stand above the counts, and only ever take a pass away: no samples, a hold that did not last its whole
 * time, and a failed threshold of k6's own on the same gate.
 */
export function judgeGate(gate: Gate, grounds: Grounds): CriterionVerdict {
  const verdict =
    gate.criterion.stat === 'throughput'
      ? judgeThroughput(gate.criterion, gate, grounds)
      : judgeShare(gate.criterion, gate, grounds);
  if (verdict.outcome !== 'pass') return verdict;
  const doubt = cutShort(gate, grounds) ?? failedInK6(gate, grounds);
  return doubt ? { ...verdict, outcome: 'inconclusive', note: doubt } : verdict;
}

function judgeShare(criterion: ShareCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const { seen, over } = countsOf(gate, grounds) ?? { seen: 0, over: 0 };
  const allowed = allowedShare(criterion);
  const interval = shareInterval(over, seen, grounds.confidence);
  const needed = grounds.pointValues ? 1 : samplesNeeded(allowed, 0, grounds.confidence);
  const outcome = outcomeOf();
  return {
    ...common(gate),
    limitText: criterion.stat === 'failures' ? `failures < ${percent(allowed)}` : percentileText(criterion),
    limit: criterion.below,
    unit: criterion.stat === 'failures' ? 'ratio' : 'ms',
    actual: seen === 0 ? null : criterion.stat === 'failures' ? over / seen : percentileOf(criterion, gate, grounds),
    seen,
    over,
    interval: seen === 0 ? null : interval,
    needed,
    outcome,
    note: noteOf(),
  };

  function outcomeOf(): Outcome {
    if (seen === 0) return 'inconclusive';
    const beyond = isBeyond(criterion, over / seen);
    if (grounds.pointValues) return beyond ? 'fail' : 'pass';
    if (showsLessThan(allowed, over, seen, grounds.confidence)) return 'pass';
    return beyond && (seen >= needed || interval.low > allowed) ? 'fail' : 'inconclusive';
  }

  function noteOf(): string {
    if (seen === 0) return 'no samples';
    const share = `${percent(over / seen)} ${criterion.stat === 'failures' ? 'failed' : `over ${duration(criterion.below)} or failed`}`;
    const limit =
      criterion.stat === 'failures' ? `less than ${percent(allowed)} allowed` : `${percent(allowed)} allowed`;
    if (grounds.pointValues) return `${share}; ${limit}; a point value, no proof of load`;
    if (outcome === 'pass') return '';
    if (outcome === 'fail') return `${share}; ${limit}`;
    if (seen < needed) return `${count(seen)} samples; at least ${count(needed)} are needed`;
    const settle = samplesToSettle(allowed, over / seen, grounds.confidence);
    const range = `${share}, which may be ${percent(interval.low)} to ${percent(interval.high)}; ${limit}`;
    return settle === null ? range : `${range}; about ${count(settle)} samples at this share would settle it`;
  }
}

/**
 * A count over its floor. A hold that was cut short can't fall short: there the floor says nothing. No request at all in
 * a whole hold is a fail: a healthy generator had its users there.
 */
function judgeThroughput(criterion: ThroughputCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const phase = grounds.phases.find(({ name }) => name === gate.phase)!;
  const floor = Math.floor(throughputFloor(criterion, phase, grounds.pace));
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
    return { ...verdict, outcome: 'pass', note: grounds.pointValues ? 'a point value, no proof of load' : '' };
  }
  const short = cutShort(gate, grounds);
  if (short) return { ...verdict, outcome: 'inconclusive', note: short };
  return {
    ...verdict,
    outcome: 'fail',
    note: `${percent(seen / floor)} of the floor: the platform slowed its users down`,
  };
}

function common({ criterion, phase }: Gate) {
  const { id, severity, route, stat } = criterion;
  return { criterion: id, phase, severity, subject: route, stat };
}

/** Sum over all generators, or undefined when nobody counted the gate. */
function countsOf({ criterion, phase }: Gate, { summary }: Grounds): { seen: number; over: number } | undefined {
  const facts = summary?.facts.filter((fact) => fact.criterion === criterion.id && fact.phase === phase) ?? [];
  if (facts.length === 0) return undefined;
  return {
    seen: facts.reduce((sum, { seen }) => sum + seen, 0),
    over: facts.reduce((sum, { over }) => sum + over, 0),
  };
}

/** A percentile holds with exactly its share over the limit; "less than 1 % fail" doesn't hold at 1 %. */
function isBeyond(criterion: ShareCriterion, share: number): boolean {
  return criterion.stat === 'failures' ? share >= criterion.below : share > allowedShare(criterion);
}

function percentileText({ stat, below }: PercentileCriterion): string {
  return `${stat} < ${duration(below)}`;
}

/** The percentile of the successful requests, ms: for people; the verdict is on counts, in which failures are over. */
function percentileOf({ stat, route }: PercentileCriterion, { phase }: Gate, { summary }: Grounds): number | null {
  return summary?.latencies.find((latency) => latency.route === route && latency.phase === phase)?.[stat] ?? null;
}

function cutShort({ phase }: Gate, { test, phases, summary }: Grounds): string | undefined {
  const window = windowsOf(test, phases).find((planned) => planned.phase === phase)!;
  const lastedMs = Math.max(0, (summary?.durationMs ?? 0) - window.fromMs);
  const plannedMs = window.toMs - window.fromMs;
  return lastedMs < plannedMs ? `the hold ended after ${duration(lastedMs)} of ${duration(plannedMs)}` : undefined;
}

function failedInK6(gate: Gate, { summary, phases, pace }: Grounds): string | undefined {
  const own = k6ThresholdsOf(gate, phases, pace);
  const failed = summary?.thresholds.find(
    (threshold) =>
      !threshold.ok &&
      own.some(({ metric, expression }) => metric === threshold.metric && expression === threshold.expression),
  );
  return failed && `k6's own threshold ${failed.metric} ${failed.expression} failed`;
}
