/**
 * The verdict of a server-side signal in one hold: by its worst reading, since a connection pool that was full for five
 * seconds was full.
 */
import type { Gate, SignalCriterion } from '../../src/thresholds.ts';
import type { CriterionVerdict, Outcome } from '../../src/wire/run-files.ts';
import { isWithin, LOOK_EVERY_MS, type SignalLimit, signalNamed } from '../../src/wire/signals.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import { windowsOf } from '../../src/workloads.ts';
import { count, duration, percent } from './figures.ts';
import { common, countsOf, type Grounds, notMeasured } from './grounds.ts';

/**
 * Share of the source's own intervals that must be there for a pass: of a hold of a minute two looks may come late or
 * not at all, as happens on a busy server, but no longer gap.
 */
const COVERAGE = 0.8;

interface Hold {
  fromMs: number;
  toMs: number;
}

export interface SignalVerdict {
  outcome: Outcome;
  /** In the signal's unit; null without a reading. */
  worst: number | null;
  /** Readings within the hold, one an interval of the source at most. */
  seen: number;
  /** Readings that a pass needs at least. */
  needed: number;
}

/** A signal criterion on one occasion: by the readings of the run, else by what k6 counted. */
export function judgeSignalGate(criterion: SignalCriterion, gate: Gate, grounds: Grounds): CriterionVerdict {
  const limit = limitOf(criterion);
  const hold = windowsOf(grounds.test, grounds.phases).find(({ phase }) => phase === gate.phase)!;
  const readings = grounds.signals.filter(({ signal }) => signal === criterion.signal);
  const judged =
    readings.length > 0 ? fromReadings(readings, hold, criterion, grounds) : fromCounts(gate, hold, grounds);
  if (judged.outcome === 'not measured') return notMeasured(gate, limit, whyUnmeasured(readings, grounds));
  const { outcome, worst, seen, needed } = judged;
  return {
    ...common(gate),
    ...limit,
    actual: worst,
    seen,
    over: null,
    interval: null,
    needed,
    outcome,
    note: outcome === 'inconclusive' ? `${count(seen)} readings; at least ${count(needed)} are needed` : '',
  };
}

/** Each source by itself: one that saw it fail is believed, and one that saw enough is enough. */
function fromReadings(
  readings: readonly SignalReading[],
  hold: Hold,
  { limit }: SignalCriterion,
  { signalSources }: Grounds,
): SignalVerdict {
  const verdicts = [...new Set(readings.map(({ source }) => source))].map((source) =>
    judgeSignal(
      readings.filter((reading) => reading.source === source),
      hold,
      signalSources.find((known) => known.source === source)?.everyMs ?? LOOK_EVERY_MS,
      limit,
    ),
  );
  const order: Outcome[] = ['fail', 'pass', 'inconclusive', 'not measured'];
  return verdicts.sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0]!;
}

/** Where k6 itself read the metrics, it counted readings and those beyond the limit, but not how far. */
function fromCounts(gate: Gate, hold: Hold, grounds: Grounds): SignalVerdict {
  const { seen, over } = countsOf(gate, grounds) ?? { seen: 0, over: 0 };
  const needed = readingsNeeded(hold, LOOK_EVERY_MS);
  const outcome = seen === 0 ? 'not measured' : over > 0 ? 'fail' : seen >= needed ? 'pass' : 'inconclusive';
  return { outcome, worst: null, seen, needed };
}

/**
 * A reading belongs to the moment at which its value was true (its age is taken off), so a source that repeats a stale
 * value is not measured twice. A bad reading fails whatever else is missing; a pass needs 80 % of the intervals.
 * @param readings of this signal and one source only
 * @param hold ms since the run began
 * @param everyMs how often the source has a new value
 */
export function judgeSignal(
  readings: readonly SignalReading[],
  hold: Hold,
  everyMs: number,
  limit: SignalLimit,
): SignalVerdict {
  const inside = readings
    .map(({ atMs, ageMs, value }) => ({ trueAtMs: atMs - ageMs, value }))
    .filter(({ trueAtMs, value }) => trueAtMs >= hold.fromMs && trueAtMs < hold.toMs && Number.isFinite(value))
    .sort((a, b) => a.trueAtMs - b.trueAtMs);
  const seen = apart(
    inside.map(({ trueAtMs }) => trueAtMs),
    everyMs / 2,
  );
  const needed = readingsNeeded(hold, everyMs);
  if (seen === 0) return { outcome: 'not measured', worst: null, seen, needed };
  const values = inside.map(({ value }) => value);
  const worst = 'below' in limit ? Math.max(...values) : Math.min(...values);
  if (!isWithin(worst, limit)) return { outcome: 'fail', worst, seen, needed };
  return { outcome: seen >= needed ? 'pass' : 'inconclusive', worst, seen, needed };
}

function readingsNeeded({ fromMs, toMs }: Hold, everyMs: number): number {
  return Math.max(1, Math.ceil(COVERAGE * Math.floor((toMs - fromMs) / everyMs)));
}

/** How many of these times lie at least so far apart: two of one interval are one. @param times ascending */
function apart(times: readonly number[], leastMs: number): number {
  let counted = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time - last < leastMs) continue;
    counted++;
    last = time;
  }
  return counted;
}

function limitOf({ signal, limit }: SignalCriterion): Pick<CriterionVerdict, 'limitText' | 'limit' | 'unit'> {
  const [relation, value] =
    'below' in limit ? ['<', limit.below] : 'above' in limit ? ['>', limit.above] : ['>=', limit.atLeast];
  const { unit } = signalNamed(signal);
  if (unit === 'ratio') return { limitText: `${relation} ${percent(value)}`, limit: value, unit: 'ratio' };
  if (unit === 'ms') return { limitText: `${relation} ${duration(value)}`, limit: value, unit: 'ms' };
  return { limitText: `${relation} ${count(value)}`, limit: value, unit: 'count' };
}

function whyUnmeasured(readings: readonly SignalReading[], { signalSources }: Grounds): string {
  if (readings.length > 0) return 'no reading of it in this hold';
  const failed = signalSources.find((source) => source.failed > 0 && source.failed === source.looks);
  return failed ? `no source tells it; ${failed.source}: ${failed.problem}` : 'no source tells it';
}
