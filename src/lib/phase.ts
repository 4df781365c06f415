/**
 * Which phase is it now? Asked before every request, so it costs a subtraction and a few comparisons.
 */

import { ASIDE, RAMP } from '../behaviour.ts';
import { exec } from './k6.ts';
import { plan } from './plan.ts';

let startedAt = 0;
let isAside = false;

/**
 * Called at every iteration start; k6 knows the scenario's start only there, and asking is dear, so it asks once.
 * @param aside the iteration stands beside the load: its requests belong to no phase
 */
export function enterIteration(aside: boolean): void {
  startedAt ||= exec.scenario.startTime;
  isAside = aside;
}

/** Name of the hold that the run is in, or `ramp` between and around holds, and in setup; `aside` beside the load. */
export function currentPhase(): string {
  if (isAside) return ASIDE;
  if (startedAt === 0) return RAMP;
  const elapsed = Date.now() - startedAt;
  const { windows } = plan;
  for (let at = 0; at < windows.length; at++) {
    const { phase, fromMs, toMs } = windows[at]!;
    if (elapsed < toMs) return elapsed < fromMs ? RAMP : phase;
  }
  return RAMP;
}

/** ms until the last hold ends; negative in the cool-down, when nobody starts anything new. */
export function msUntilEnd(): number {
  if (startedAt === 0) return Number.POSITIVE_INFINITY;
  const last = plan.windows[plan.windows.length - 1]!;
  return last.toMs - (Date.now() - startedAt);
}
