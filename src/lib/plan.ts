/** What this run is planned to be, as far as a virtual user needs to know. */
import type { Plan, PlanRow } from './once/plan.ts';
import { rowOf, type SharedRows } from './once-a-process.ts';

export let plan: Plan;
/** The plan, and what readings and requests count under: see once/plan.ts, `planRowsOf`. */
export let planRows: SharedRows<PlanRow>;

/** Once, in the init context. */
export function follow(rows: typeof planRows): void {
  planRows = rows;
  plan = rowOf(rows, 0) as Plan;
}
