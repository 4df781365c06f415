/**
 * Which phase is it now? Asked before every request, so it costs a subtraction and a few comparisons.
 */

import { ASIDE, RAMP } from '../behaviour.ts';
import { exec } from './k6.ts';
import { plan } from './run.ts';

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
  const { phases, fromMs, toMs } = plan;
  for (let hold = 0; hold < toMs.length; hold++) {
    if (elapsed < toMs[hold]!) return elapsed < fromMs[hold]! ? RAMP : phases[hold]!;
  }
  return RAMP;
}

/** ms until the last hold ends; negative in the cool-down, when nobody starts anything new. */
export function msUntilEnd(): number {
  if (startedAt === 0) return Number.POSITIVE_INFINITY;
  const { toMs } = plan;
  return toMs[toMs.length - 1]! - (Date.now() - startedAt);
}
