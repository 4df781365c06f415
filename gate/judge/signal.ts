/**
 * The verdict of a server-side signal in one hold: by its worst reading, since a connection pool that was full for five
 * seconds was full.
 */
import type { Outcome } from '../../src/wire/run-files.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';

/** What every reading must be, in the signal's unit. */
export type SignalLimit = { below: number } | { above: number } | { atLeast: number };

/** Share of the source's own intervals that must be there for a pass. */
const COVERAGE = 0.9;

export interface SignalVerdict {
  outcome: Outcome;
  /** In the signal's unit; null without a reading. */
  worst: number | null;
  /** Intervals of the source, within the hold, that have a reading. */
  seen: number;
  /** Intervals that a pass needs at least. */
  needed: number;
}

/**
 * A reading belongs to the moment at which its value was true (its age is taken off), so a source that repeats a stale
 * value is not measured twice. A bad reading fails whatever else is missing; a pass needs 90 % of the intervals.
 * @param readings of this signal only
 * @param hold ms since the run began
 * @param everyMs how often the source has a new value
 */
export function judgeSignal(
  readings: readonly SignalReading[],
  hold: { fromMs: number; toMs: number },
  everyMs: number,
  limit: SignalLimit,
): SignalVerdict {
  const inside = readings
    .map(({ atMs, ageMs, value }) => ({ trueAtMs: atMs - ageMs, value }))
    .filter(({ trueAtMs, value }) => trueAtMs >= hold.fromMs && trueAtMs < hold.toMs && Number.isFinite(value));
  const seen = new Set(inside.map(({ trueAtMs }) => Math.floor((trueAtMs - hold.fromMs) / everyMs))).size;
  const needed = Math.max(1, Math.ceil(COVERAGE * Math.floor((hold.toMs - hold.fromMs) / everyMs)));
  if (seen === 0) return { outcome: 'not measured', worst: null, seen, needed };
  const values = inside.map(({ value }) => value);
  const worst = 'below' in limit ? Math.max(...values) : Math.min(...values);
  if (!isWithin(worst, limit)) return { outcome: 'fail', worst, seen, needed };
  return { outcome: seen >= needed ? 'pass' : 'inconclusive', worst, seen, needed };
}

function isWithin(value: number, limit: SignalLimit): boolean {
  if ('below' in limit) return value < limit.below;
  return 'above' in limit ? value > limit.above : value >= limit.atLeast;
}
