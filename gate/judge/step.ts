/**
 * What one number of users showed, from counts that may be looked at while they grow: whether all that must hold does.
 * Pure.
 */
import { allowedShare, CRITERIA, isShare } from '../../src/thresholds.ts';
import type { CriterionVerdict, Verdict } from '../../src/wire/run-files.ts';
import type { PhaseName, TestName } from '../../src/workloads.ts';
import type { LimitUse } from './capacity.ts';
import { errorOfMean } from './error-of-mean.ts';
import { shareInterval } from './intervals.ts';
import { QUEUE_GROWTH, queueCourse } from './queue-growth.ts';
import { meanOf } from './scale.ts';
import { type Decision, decideSoFar, isOverloaded, type LoadSecond } from './sequential.ts';
import { studentQuantile } from './student.ts';
import { TARGET_FAULTS } from './verdict.ts';

export interface Decided {
  decision: Decision;
  /** What broke; '' unless something did. */
  because: string;
  /** It held by its values, and too few samples prove it. */
  thin: boolean;
}

/** The first few requests of a hold stand for nothing but the end of the ramp. */
const FEWEST_SAMPLES = 30;

/** One-sided, of an end of the answer that lies near a limit. */
const AT_THE_ENDS = 0.9;

const UNDECIDED: Decided = { decision: 'undecided', because: '', thin: false };

/** Samples of one criterion so far. */
export interface Tally {
  seen: number;
  over: number;
}

/** A step as it goes on. */
export interface Step extends Inside {
  test: TestName;
  phase: PhaseName;
  /** By criterion. */
  tallies: ReadonlyMap<string, Tally>;
  /** Of the hold so far. */
  seconds: readonly LoadSecond[];
  confidence: number;
}

/** What was seen of the platform's inside during the hold: how fast it uses up what hides a limit for a while. */
export interface Inside {
  /** What the AI provider had left, of its limit. */
  headroom: readonly HeadroomReading[];
  /** How much waited, at even distances; none where no criterion speaks of a queue. */
  queue: readonly number[];
}

export interface HeadroomReading {
  second: number;
  /** 0..1 of a minute's allowance. */
  left: number;
}

/** Only what can't change any more: asked every second. */
export function decideWhileRunning({ test, phase, tallies, seconds, headroom, queue, confidence }: Step): Decided {
  const use = aiUse(headroom, WHILE_RUNNING);
  if (use !== null && use.low > 1) return broken(AI_USE);
  const course = queueCourse(queue);
  if (course === 'grows') return broken(QUEUE_GROWTH);
  if (isOverloaded(seconds)) return broken('overload: requests under way and their latency both grow');
  const decisions = mustShares(test, phase).map((criterion) => {
    const { seen, over } = tallies.get(criterion.id) ?? { seen: 0, over: 0 };
    const decision = seen < FEWEST_SAMPLES ? 'undecided' : decideSoFar(allowedShare(criterion), over, seen, confidence);
    return { id: criterion.id, decision };
  });
  const breaks = decisions.find(({ decision }) => decision === 'breaks');
  if (breaks) return broken(breaks.id);
  // What has not been looked at for long enough may yet turn out to run out, or to grow.
  const holds =
    decisions.length > 0 &&
    decisions.every(({ decision }) => decision === 'holds') &&
    (headroom.length === 0 || (use !== null && use.high < 1)) &&
    (queue.length === 0 || course === 'kept up');
  return holds ? { decision: 'holds', because: '', thin: false } : UNDECIDED;
}

/**
 * After a hold of its whole length. What the counts leave open is decided by value where the value is far from the limit:
 * with few users there are never enough samples for 1 % of failures.
 * @param full this is one of the ends of the answer, and shall be decided if it can be
 */
export function decideAtEnd(verdict: Verdict, { headroom, queue }: Inside, full: boolean): Decided {
  const musts = verdict.criteria.filter(({ severity, outcome }) => severity === 'must' && outcome !== 'not measured');
  const failed = musts.find((criterion) => isBroken(criterion, full));
  if (failed) return broken(failed.criterion);
  const fault = TARGET_FAULTS.find((each) => verdict.reasons.some(({ code }) => code === each));
  if (fault) return broken(fault);
  const use = aiUse(headroom);
  if (use !== null && use.low > 1) return broken(AI_USE);
  if (use !== null && use.high >= 1) return UNDECIDED;
  const course = queueCourse(queue);
  if (course === 'grows' || (full && course === 'longer')) return broken(QUEUE_GROWTH);
  if (course === 'longer') return UNDECIDED;
  const open = musts.filter(({ outcome }) => outcome !== 'pass');
  if (musts.length > 0 && open.every((criterion) => isWellInside(criterion, full))) {
    return { decision: 'holds', because: '', thin: open.length > 0 };
  }
  return UNDECIDED;
}

/** A share that fails by its value alone may be chance in a short step, and near its limit in a full one. */
function isBroken(verdict: CriterionVerdict, full: boolean): boolean {
  const { outcome, interval, seen, over, criterion: id } = verdict;
  if (full && isTellable(verdict)) return shareInterval(over!, seen, AT_THE_ENDS).low > allowedOf(id);
  if (outcome === 'fail') return full || interval === null || interval.low > allowedOf(id);
  return over !== null && seen > 0 && over >= 3 && over / seen > 3 * allowedOf(id);
}

function isWellInside(verdict: CriterionVerdict, full: boolean): boolean {
  const { criterion: id, seen, over } = verdict;
  if (over === null || seen === 0) return false;
  if (full && isTellable(verdict)) return shareInterval(over, seen, AT_THE_ENDS).high <= allowedOf(id);
  return over / seen <= allowedOf(id) * (full ? 1 : 0.5);
}

/** With so many samples what lies near the limit can be left open: more users, or fewer, will tell. */
function isTellable({ over, seen, needed }: CriterionVerdict): boolean {
  return over !== null && seen >= needed;
}

function allowedOf(id: string): number {
  const criterion = CRITERIA.find((each) => each.id === id);
  return criterion && isShare(criterion) ? allowedShare(criterion) : 0;
}

function mustShares(test: TestName, phase: PhaseName) {
  return CRITERIA.filter(
    (criterion) =>
      criterion.test === test &&
      criterion.severity === 'must' &&
      isShare(criterion) &&
      (criterion.phases as readonly string[]).includes(phase),
  ).filter(isShare);
}

/** Name of the limit that the saved-up rest of the provider's allowance hides for a minute. */
export const AI_USE = 'ai-use';

/** Answers beside each other drew on the same tokens: fewer blocks than that make no course. */
const BLOCK_SECONDS = 5;
const FEWEST_BLOCKS = 6;
/** One look errs in so few cases, and of many looks a few do. */
const AT_END = 0.995;
const WHILE_RUNNING = 0.999;
/** A bucket this full overflows: what it gets back is lost, and tells nothing. */
const FULL = 0.97;
const EMPTY = 0.02;

/**
 * What is asked of the AI provider, of what it gives: above 1 the rest that was saved up runs out. Providers refill their
 * limit evenly, a whole one a minute, so that the rest falls by (use - 1) a minute. null where too little was seen.
 * @returns the value and an interval of which either end is wrong with probability 1 - confidence
 */
export function aiUse(
  readings: readonly HeadroomReading[],
  confidence = AT_END,
): { value: number; low: number; high: number } | null {
  const blocks = blocksOf(readings);
  if (blocks.length < FEWEST_BLOCKS) return null;
  const lastFull = blocks.findLastIndex(({ left }) => left >= FULL);
  const falling = blocks.slice(Math.max(0, lastFull));
  // It was full a moment ago: so far all that was asked was given.
  if (falling.length < FEWEST_BLOCKS) return { value: Math.min(FULL, useOfFull(readings)), low: 0, high: FULL };
  if (blocks.some(({ left }) => left <= EMPTY)) {
    // An empty bucket is refilled as fast as it is drawn on, at most.
    return { value: 1.02, low: 1.01, high: 2 };
  }
  const fall = fallOf(falling, confidence);
  // From the start on: where it was whole in between, more was asked than it fell. From the last time it was whole it
  // would look steeper than it is, that time having been picked.
  const least = fallOf(blocks, confidence);
  return { value: 1 + fall.mean, low: 1 + least.mean - least.error, high: 1 + fall.mean + fall.error };
}

/** How much of the limit the rest loses in a minute. */
function fallOf(blocks: readonly HeadroomReading[], confidence: number): { mean: number; error: number } {
  const drops = blocks.slice(1).map(({ left, second }, index) => {
    const before = blocks[index]!;
    return ((before.left - left) / (second - before.second)) * 60;
  });
  const mean = meanOf(drops);
  return { mean, error: studentQuantile(confidence, drops.length - 1) * errorOfMean(drops, mean) };
}

/** What was taken between two answers is what is missing of the rest before, refilled for the time in between. */
function useOfFull(readings: readonly HeadroomReading[]): number {
  const minutes = (readings.at(-1)!.second - readings[0]!.second) / 60;
  const taken = readings.slice(1).map(({ left, second }, index) => {
    const before = readings[index]!;
    return Math.min(1, before.left + (second - before.second) / 60) - left;
  });
  return minutes > 0 ? taken.reduce((sum, each) => sum + each, 0) / minutes : 0;
}

/** The last reading of each block. */
function blocksOf(readings: readonly HeadroomReading[]): HeadroomReading[] {
  const blocks = new Map<number, HeadroomReading>();
  for (const reading of readings) blocks.set(Math.floor(reading.second / BLOCK_SECONDS), reading);
  return [...blocks].sort(([a], [b]) => a - b).map(([, reading]) => reading);
}

/** The use of AI beside those of the criteria, the binding one first. */
export function withAiUse(uses: readonly LimitUse[], headroom: readonly HeadroomReading[]): LimitUse[] {
  const use = aiUse(headroom);
  const all = use === null ? [...uses] : [...uses, { criterion: AI_USE, phase: 'normal', used: use.value }];
  return all.sort((a, b) => b.used - a.used);
}

function broken(because: string): Decided {
  return { decision: 'breaks', because, thin: false };
}
