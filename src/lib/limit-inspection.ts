/**
 * What is true of a sound limiter, looked at on one limit of one tier. Every look is counted; what is found otherwise is
 * logged in one line.
 */

import type { Tier } from '../wire/fixtures.ts';
import { type LimitName, type RateLimit, scopeOf } from '../wire/limits.ts';
import { type Attempt, attempt, type Visitor } from './api/attempts.ts';
import { sleep } from './k6.ts';
import { countCase } from './metrics.ts';

/** A limit as one tier has it. */
export interface TierLimit {
  readonly name: LimitName;
  readonly tier: Tier;
  readonly limit: RateLimit;
  /** Requests in a window. */
  readonly allowed: number;
}

/** Requests that are fired at once with only half of them allowed. */
const BURST = 30;
/** Longest that one answer takes, s: chat waits for the AI. Decides how many requests must be under way together. */
const ANSWER_SECONDS: Readonly<Record<LimitName, number>> = { chat: 3, upload: 0.3, quiz: 3, api: 0.3 };
/** A window is begun while so much of it is left, and used up in so much of it. */
const LEAST_LEFT = 0.6;
const USED_UP_IN = 0.3;
/** Clocks and roundings may differ by so much, s. */
const TOLERANCE_SECONDS = 2;
/** After Retry-After the window before may still weigh on the sliding one. */
const RECOVERY_WINDOWS = 2;
const LOOKS_PER_WINDOW = 10;

type Property = 'exact' | 'headers' | 'at-once' | 'others' | 'recovery';

/**
 * Uses the window up: exactly the allowed requests pass, the next is refused, and says how to go on.
 * @returns the requests and the refusal; undefined when the user was there before, or the window ended underneath
 */
export function useUp(me: Visitor, mine: TierLimit): { passed: Attempt[]; refusal: Attempt } | undefined {
  startOfWindow(mine);
  const passed = spend(me, mine, mine.allowed);
  if (isUsed(passed, mine)) return undefined;
  const [refusal] = attempt(me, mine.name, 1) as [Attempt];
  if (!isOneWindow([...passed, refusal], mine)) return undefined;
  const through = passed.filter(({ letThrough }) => letThrough).length;
  look(mine, 'exact', through === mine.allowed && !refusal.letThrough, () =>
    refusal.letThrough
      ? `more than ${mine.allowed} were let through`
      : `${through} were let through, and not ${mine.allowed}`,
  );
  const problem = headerProblem(passed, refusal, mine);
  look(mine, 'headers', problem === undefined, () => problem!);
  return { passed, refusal };
}

/** Of many at once exactly those pass that are still allowed. @returns false when the user was there before */
export function atOnce(me: Visitor, mine: TierLimit): boolean {
  startOfWindow(mine);
  const left = Math.min(mine.allowed, BURST / 2);
  const before = spend(me, mine, mine.allowed - left);
  if (isUsed(before, mine)) return false;
  const burst = attempt(me, mine.name, BURST);
  if ((before.length === 0 && isUsed(burst, mine)) || !isOneWindow([...before, ...burst], mine)) return false;
  const through = burst.filter(({ letThrough }) => letThrough).length;
  look(mine, 'at-once', through === left, () => `of ${BURST} at once ${through} were let through, and not ${left}`);
  return true;
}

/** While one user is refused, another is not. */
export function others(other: Visitor, mine: TierLimit): void {
  const [first] = attempt(other, mine.name, 1) as [Attempt];
  look(mine, 'others', first.letThrough, () => 'another user was refused as well');
}

/**
 * Who goes on asking is let in again: at most two windows after Retry-After, since the one before may still weigh. Asking
 * begins at once, or a limiter that counts the refused would forget them while we wait.
 */
export function recovers(me: Visitor, mine: TierLimit, refusal: Attempt): void {
  const windowMs = mine.limit.windowSeconds * 1000;
  const retryAt = refusal.at + (refusal.retryAfter ?? mine.limit.windowSeconds) * 1000;
  // Twice as many as are allowed, in each window: whoever counts the refused never lets anybody in.
  const askers = Math.ceil((2 * mine.allowed) / LOOKS_PER_WINDOW);
  let isIn = false;
  while (!isIn && Date.now() <= retryAt + RECOVERY_WINDOWS * windowMs) {
    const startedAt = Date.now();
    isIn = attempt(me, mine.name, askers).some(({ letThrough }) => letThrough);
    if (!isIn) sleepUntil(startedAt + windowMs / LOOKS_PER_WINDOW);
  }
  look(mine, 'recovery', isIn, () => `still refused ${RECOVERY_WINDOWS} windows after Retry-After`);
}

/** Counts one look. @param otherwise what was found in its place */
function look(mine: TierLimit, property: Property, isRight: boolean, otherwise: () => string): void {
  countLook(`${scopeOf(mine.name)}.${property}`, mine, isRight, otherwise);
}

/** The same for what is said of one tier alone. */
export function countLook(
  what: string,
  { name, tier }: Pick<TierLimit, 'name' | 'tier'>,
  isRight: boolean,
  otherwise: () => string,
): void {
  countCase(`rate-limits.${what}`, tier, !isRight);
  if (!isRight) console.error(`rate limit ${name} of ${tier}: ${otherwise()}`);
}

/** Sends so many, as few at a time as the window leaves room for. */
function spend(me: Visitor, { name, limit }: TierLimit, count: number): Attempt[] {
  const rounds = Math.max(1, Math.floor((limit.windowSeconds * USED_UP_IN) / ANSWER_SECONDS[name]));
  const together = Math.ceil(count / rounds);
  const attempts: Attempt[] = [];
  while (attempts.length < count) attempts.push(...attempt(me, name, Math.min(together, count - attempts.length)));
  return attempts;
}

/** The first request of a user whom nobody used leaves one less than all. */
function isUsed(attempts: readonly Attempt[], { allowed }: TierLimit): boolean {
  const rests = attempts.flatMap(({ remaining }) => (remaining === undefined ? [] : [remaining]));
  return rests.length > 0 && Math.max(...rests) < allowed - 1;
}

function isOneWindow(attempts: readonly Attempt[], { limit }: TierLimit): boolean {
  const ends = attempts.flatMap(({ resetAt }) => (resetAt === undefined ? [] : [resetAt]));
  return Math.max(...ends) - Math.min(...ends) < (limit.windowSeconds * 1000) / 2;
}

/** What is wrong with the headers, in one clause. */
function headerProblem(passed: readonly Attempt[], refusal: Attempt, mine: TierLimit): string | undefined {
  const { allowed, limit } = mine;
  const wrongLimit = [...passed, refusal].find((each) => each.limit !== undefined && each.limit !== allowed);
  if (wrongLimit) return `X-RateLimit-Limit is ${wrongLimit.limit}, and not ${allowed}`;
  if (!passed.some((each) => each.limit === allowed)) return 'no X-RateLimit-Limit on what was let through';
  if (refusal.letThrough) return 'there was no refusal to look at';
  if (refusal.remaining !== 0) return `X-RateLimit-Remaining of the refusal is ${refusal.remaining}, and not 0`;
  const { resetAt, retryAfter, retryAfterInBody, errorCode, at } = refusal;
  if (resetAt === undefined) return 'no X-RateLimit-Reset on the refusal';
  const secondsLeft = (resetAt - at) / 1000;
  if (secondsLeft < -TOLERANCE_SECONDS || secondsLeft > limit.windowSeconds + TOLERANCE_SECONDS) {
    return `X-RateLimit-Reset lies ${Math.round(secondsLeft)} s ahead, in a window of ${limit.windowSeconds} s`;
  }
  if (retryAfter === undefined || !(retryAfter >= 1)) return 'no Retry-After of a second or more on the refusal';
  if (Math.abs(retryAfter - secondsLeft) > TOLERANCE_SECONDS) {
    return `Retry-After is ${retryAfter} s, and X-RateLimit-Reset ${Math.round(secondsLeft)} s ahead`;
  }
  if (errorCode !== 'RATE_LIMIT_EXCEEDED') return `the refusal's error is "${errorCode}", and not RATE_LIMIT_EXCEEDED`;
  return retryAfterInBody === retryAfter
    ? undefined
    : `retryAfter of the body is ${retryAfterInBody}, not ${retryAfter}`;
}

/** Waits for the next window unless enough of this one is left. Windows begin at whole multiples of their length. */
function startOfWindow({ limit }: TierLimit): void {
  const windowMs = limit.windowSeconds * 1000;
  const over = Date.now() % windowMs;
  if (over > (1 - LEAST_LEFT) * windowMs) sleepUntil(Date.now() + windowMs - over + windowMs / 50);
}

function sleepUntil(at: number): void {
  const ms = at - Date.now();
  if (ms > 0) sleep(ms / 1000);
}
