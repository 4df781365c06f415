/**
 * How people fill the time between two things that they do. From start to start, so that a slow platform doesn't get
 * less load.
 */

import { PACE_SECONDS } from '../behaviour.ts';
import type { UserRow } from '../wire/fixtures.ts';
import { sleep } from './k6.ts';
import { addLateness } from './metrics.ts';
import { msUntilEnd } from './phase.ts';
import { between } from './random.ts';
import { config } from './run.ts';

/**
 * Reads the answer and types the next message: waits until a pause's length after `startedAt`, and at least the least
 * think time from now, unless the user's tier has no limit that thinking would keep.
 * @param startedAt Date.now() at the start of the last message
 */
export function readThenType(startedAt: number, { tier }: Pick<UserRow, 'tier'>): void {
  const leastMs = tier === 'enterprise' ? 0 : PACE_SECONDS.thinkSeconds * 1000;
  const leftMs = startedAt + gapMs(PACE_SECONDS.shortest, PACE_SECONDS.longest) - Date.now();
  pause(leftMs > leastMs ? leftMs : leastMs);
}

let settled = false;

/**
 * Before a user's first journey: anything up to a whole pause, once. If all newcomers of a ramp began at once, the hold
 * after it would begin with a lull, and hold fewer journeys than its users make in the long run.
 */
export function settleIn(meanSeconds: number): void {
  if (settled) return;
  settled = true;
  pause(gapMs(0, meanSeconds));
}

/** A pause between these lengths, s, evenly spread, at the run's pace. */
export function gapMs(leastSeconds: number, mostSeconds: number): number {
  return (between(leastSeconds, mostSeconds) * 1000) / config.pace;
}

/** A look at the page before the next click, about 2 s. */
export function glance(): void {
  pause(gapMs(1, 3));
}

/** What a pause throws that the end of the load cuts short: nobody begins anything after the last hold. */
export const END_OF_LOAD = 'the last hold is over';

/** Users notice the end within so many ms of each other: all at once, 1,000 of them would hold up the answers under way. */
const LEAVING_MS = 3_000;

/** Waits. @throws END_OF_LOAD when the last hold ends before the pause does */
export function pause(ms: number): void {
  const left = msUntilEnd();
  if (ms >= left) {
    sleep(((left > 0 ? left : 0) + between(0, LEAVING_MS)) / 1000);
    throw END_OF_LOAD;
  }
  if (ms < 1) return;
  const before = Date.now();
  sleep(ms / 1000);
  const lateMs = Date.now() - before - ms;
  addLateness(lateMs > 0 ? lateMs : 0);
}
