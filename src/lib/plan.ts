/** What this run is planned to be, as far as a virtual user needs to know. */
import type { Counting, Plan, PlannedSignal } from './once/plan.ts';
import type { SharedRows } from './once-a-process.ts';

export let plan: Plan;
/** What requests and readings count under: see once/plan.ts, `countingsOf` and `plannedSignals`. */
export let countings: SharedRows<Counting>;
export let signalGates: SharedRows<PlannedSignal[]>;

/** Once, in the init context. */
export function follow(planned: Plan, ofRequests: typeof countings, ofSignals: typeof signalGates): void {
  plan = planned;
  countings = ofRequests;
  signalGates = ofSignals;
}
