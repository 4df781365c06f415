/**
 * How many users a target carries within all its must criteria: which number to measure next, and what is known at the
 * end. Pure: the steps so far in, the next move out, so a search can be stored, resumed and simulated.
 *
 * Doubling until it breaks, then bisection. A short step ends as soon as its counts decide (sequential.ts); what it
 * leaves undecided lies close to the capacity, and the search goes on on both sides of it. Only what lies there and the two
 * ends of the answer are measured at full length, and what that says stands above every short step.
 */
import { allowedShare, CRITERIA, isShare } from '../../src/thresholds.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import type { Decision } from './sequential.ts';

/** One number of users, measured. */
export interface Step {
  users: number;
  length: 'short' | 'full';
  decision: Decision;
  /** With ramp and recovery. */
  minutes: number;
}

export interface SearchPlan {
  /** First number of users. */
  start: number;
  /** No more users than that: fixtures, generator, permission. */
  most: number;
  budgetMinutes: number;
  /** The longest that a short and a full step take, with ramp and recovery. */
  stepMinutes: { short: number; full: number };
}

/** Ends of the interval that are closer than that (of the upper one) are close enough. */
const RESOLUTION = 0.05;

export interface Capacity {
  /** Carried: the largest number of users that held; 0 when none did. */
  low: number;
  /** Not carried: the smallest number that broke; null when nothing broke up to `most`. */
  high: number | null;
  /** Whether the end was measured at full length. */
  sure: { low: boolean; high: boolean };
  /** done: both ends are as close and as sure as they get; budget: time ran out first. */
  ended: 'done' | 'budget';
  minutes: number;
}

export type Move = ({ kind: 'measure' } & Pick<Step, 'users' | 'length'>) | { kind: 'answer'; capacity: Capacity };

/** What to do after these steps. */
export function nextMove(steps: readonly Step[], plan: SearchPlan): Move {
  const bracket = bracketOf(steps);
  const spent = steps.reduce((sum, { minutes }) => sum + minutes, 0);
  const left = plan.budgetMinutes - spent;
  const answer = (ended: Capacity['ended']): Move => ({
    kind: 'answer',
    capacity: { ...endsOf(bracket), ended, minutes: spent },
  });

  const users = nextUsers(bracket, plan);
  const unsure = [bracket.low, bracket.high].filter((end) => end !== undefined && end.length === 'short');
  if (users !== undefined) {
    // Both ends will want their full length: a wide answer that is sure is worth more than a narrow guess.
    if (left >= plan.stepMinutes.short + 2 * plan.stepMinutes.full) return { kind: 'measure', users, length: 'short' };
  }
  const open = middleOne(bracket.open);
  if (open !== undefined && left >= plan.stepMinutes.full * (1 + unsure.length)) {
    return { kind: 'measure', users: open, length: 'full' };
  }
  if (unsure.length === 0) return answer(users === undefined && open === undefined ? 'done' : 'budget');
  if (left < plan.stepMinutes.full) return answer('budget');
  return { kind: 'measure', users: unsure[0]!.users, length: 'full' };
}

interface Bracket {
  low: Step | undefined;
  high: Step | undefined;
  /** Between the two, ascending. */
  undecided: number[];
  /** Of these, what a full step may yet decide. */
  open: number[];
}

/**
 * The closest pair of ends that the steps allow. A full step overrules the short ones that it contradicts, also those at
 * other numbers: what broke at 400 in full did not hold at 450 in short. Of short steps that contradict each other the
 * break counts.
 */
function bracketOf(steps: readonly Step[]): Bracket {
  const full = steps.filter(({ length }) => length === 'full');
  const valid = steps.filter((step) => step.length === 'full' || !full.some((other) => overrules(other, step)));
  const breaks = valid.filter(({ decision }) => decision === 'breaks').sort((a, b) => a.users - b.users);
  const high = breaks[0];
  const holds = valid
    .filter(({ decision, users }) => decision === 'holds' && users < (high?.users ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => b.users - a.users);
  const low = holds[0];
  const undecided = valid
    .filter(({ decision }) => decision === 'undecided')
    .map(({ users }) => users)
    .filter((users) => users > (low?.users ?? 0) && users < (high?.users ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const open = undecided.filter((users) => !full.some((step) => step.users === users));
  return { low, high, undecided, open };
}

function overrules(full: Step, short: Step): boolean {
  if (short.users === full.users) return true;
  if (full.decision === 'breaks') return short.decision === 'holds' && short.users > full.users;
  return full.decision === 'holds' && short.decision === 'breaks' && short.users < full.users;
}

/** The number of users that narrows the bracket most, or nothing when it is narrow enough. */
function nextUsers({ low, high, undecided }: Bracket, { start, most }: SearchPlan): number | undefined {
  const from = low?.users ?? 0;
  if (!high) {
    const known = Math.max(from, undecided.at(-1) ?? 0);
    if (known === 0) return start;
    return known < most ? Math.min(known * 2, most) : undefined;
  }
  const gaps: [number, number][] = [
    [from, undecided[0] ?? high.users],
    [undecided.at(-1) ?? from, high.users],
  ];
  const wide = gaps.find(([below, above]) => above - below > Math.max(1, RESOLUTION * high.users));
  return wide && middleOf(...wide);
}

/** Of numbers in order; undefined when there is none. */
function middleOne(numbers: readonly number[]): number | undefined {
  return numbers[Math.floor(numbers.length / 2)];
}

/** Halfway in ratio: capacities differ by factors. */
function middleOf(below: number, above: number): number {
  const middle = below === 0 ? above / 2 : Math.sqrt(below * above);
  return Math.min(above - 1, Math.max(below + 1, Math.round(middle)));
}

function endsOf({ low, high }: Bracket): Pick<Capacity, 'low' | 'high' | 'sure'> {
  return {
    low: low?.users ?? 0,
    high: high?.users ?? null,
    sure: { low: low?.length === 'full', high: high?.length === 'full' },
  };
}

/** How much of a criterion's limit is used up; above 1 it is broken. */
export interface LimitUse {
  criterion: string;
  phase: string;
  /** Share over the limit against the allowed share; a reading against its limit; a floor against what came. */
  used: number;
}

/** The must criteria of one measurement, the binding one first; what was not seen is left out. */
export function limitsUsed(criteria: readonly CriterionVerdict[]): LimitUse[] {
  return criteria
    .filter(({ severity, actual, seen }) => severity === 'must' && actual !== null && seen > 0)
    .map((verdict) => ({ criterion: verdict.criterion, phase: verdict.phase, used: usedOf(verdict) }))
    .sort((a, b) => b.used - a.used);
}

function usedOf({ criterion: id, seen, over, limit, actual }: CriterionVerdict): number {
  const criterion = CRITERIA.find((each) => each.id === id);
  if (criterion?.stat === 'recovery' || criterion?.stat === 'drift') return actual! / limit;
  if (criterion?.stat === 'signal') return 'below' in criterion.limit ? actual! / limit : limit / actual!;
  if (criterion?.stat === 'processing') return limit / actual!;
  if (!criterion || !isShare(criterion) || over === null) return limit / seen;
  return over / seen / allowedShare(criterion);
}
