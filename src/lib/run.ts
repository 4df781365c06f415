/** The run that this virtual user takes part in: its settings and its plan. */
import type { TestName } from '../workloads.ts';
import type { Plan } from './once/plan.ts';
import type { UserConfig } from './once/settings.ts';
import { once, share, sharedRows } from './once-a-process.ts';

export let config: UserConfig;
/** Of a load test. */
export let plan: Plan;
/** One row: what readings of signals count under. */
export const signalRows = sharedRows('signals');

/** Once, in the init context, when all that is shared is announced. @param test left out, there is no load to plan */
export function joinRun(test?: TestName): void {
  const run = share(() => ({ config: once().userConfig, plan: test && once().planOf(test) }), test);
  config = run.config;
  plan = run.plan!;
}
