/** Verdicts on shares: how many of the samples were over the limit. */
import {
  allowedShare,
  type ConformanceCriterion,
  type Gate,
  type PercentileCriterion,
  partOf,
  type ShareCriterion,
} from '../../src/thresholds.ts';
import type { CriterionVerdict, Outcome } from '../../src/wire/run-files.ts';
import { count, duration, percent } from './figures.ts';
import { common, countsOf, type Grounds, notMeasured } from './grounds.ts';
import { samplesNeeded, samplesToSettle, shareInterval, showsLessThan } from './intervals.ts';

export function judgeShare(criterion: ShareCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const { seen, over } = countsOf(gate, grounds) ?? { seen: 0, over: 0 };
  const allowed = allowedShare(criterion);
  const interval = shareInterval(over, seen, grounds.confidence);
  const needed = grounds.pointValues ? 1 : samplesNeeded(allowed, 0, grounds.confidence);
  const outcome = outcomeOf();
  const limit = {
    limitText: limitTextOf(criterion),
    limit: criterion.below,
    unit: isPercentile(criterion) ? 'ms' : 'ratio',
  } as const;
  if (seen === 0 && isPercentile(criterion) && partOf(criterion.route)) {
    return notMeasured(gate, limit, 'the platform sends no Server-Timing for it');
  }
  if (
    seen === 0 &&
    grounds.sessionsPrepared &&
    isPercentile(criterion) &&
    criterion.route === 'POST /auth/v1/token password'
  ) {
    return notMeasured(gate, limit, 'users had signed in before the run (SESSIONS_FILE)');
  }
  return {
    ...common(gate),
    ...limit,
    actual: seen === 0 ? null : isPercentile(criterion) ? percentileOf(criterion, gate, grounds) : over / seen,
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
    const share = `${percent(over / seen)} ${whatIsOver(criterion)}`;
    const limit = isPercentile(criterion) ? `${percent(allowed)} allowed` : `less than ${percent(allowed)} allowed`;
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
 * Looked at and found as promised, each time: no statistics. A gate that has no fact was left out on purpose (its window
 * is longer than the run), one with an empty fact was not reached.
 */
export function judgeConformance(_: ConformanceCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const limit = { limitText: 'no deviation', limit: 0, unit: 'requests' } as const;
  const counts = countsOf(gate, grounds);
  if (!counts) return notMeasured(gate, limit, 'its window is longer than this run');
  const { seen, over } = counts;
  return {
    ...common(gate),
    ...limit,
    actual: seen === 0 ? null : over,
    seen,
    over,
    interval: null,
    needed: 1,
    outcome: seen === 0 ? 'inconclusive' : over === 0 ? 'pass' : 'fail',
    note: seen === 0 ? 'not looked at' : over === 0 ? '' : `${count(over)} of ${count(seen)} looks found it otherwise`,
  };
}

function isPercentile(criterion: ShareCriterion): criterion is PercentileCriterion {
  return criterion.stat === 'p95' || criterion.stat === 'p99';
}

/** A percentile holds with exactly its share over the limit; "less than 1 % fail" doesn't hold at 1 %. */
function isBeyond(criterion: ShareCriterion, share: number): boolean {
  return isPercentile(criterion) ? share > allowedShare(criterion) : share >= criterion.below;
}

function limitTextOf(criterion: ShareCriterion): string {
  if (isPercentile(criterion)) return `${criterion.stat} < ${duration(criterion.below)}`;
  return `${criterion.stat} < ${percent(criterion.below)}`;
}

function whatIsOver(criterion: ShareCriterion): string {
  if (isPercentile(criterion)) return `over ${duration(criterion.below)} or failed`;
  return criterion.stat === 'dropped' ? 'found no free user' : 'failed';
}

/** The percentile of the successful requests, ms: for people; the verdict is on counts, in which failures are over. */
function percentileOf({ stat, route }: PercentileCriterion, { phase }: Gate, { summary }: Grounds): number | null {
  return summary?.latencies.find((latency) => latency.route === route && latency.phase === phase)?.[stat] ?? null;
}
