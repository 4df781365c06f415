/**
 * The metrics that launchgate adds to k6's own. Every virtual user makes an object of each, so there is none here that
 * most tests could do without, and of each only the function that adds is kept.
 */
import { Counter, Gauge, Trend as K6Trend, Rate } from 'k6/metrics';
import { METRIC } from '../wire/facts.ts';
import type { ServerPart } from '../wire/routes.ts';
import type { Counting, Plan, PlannedSignal } from './once/plan.ts';
import type { SharedRows } from './once-a-process.ts';

export type { Counting } from './once/plan.ts';

/** As in k6.ts: read once. */
const Trend = K6Trend;

const { add: addOverLimit } = new Rate(METRIC.overLimit);
/** Counts a request that failed, or an iteration that threw. */
export const { add: addFailure } = new Counter(METRIC.failures);
/** Records a reading of a signal, under no criterion: see `countSignal`. */
export const { add: addSignal } = new Gauge(METRIC.signal);
/** Counts how late a pause ended, ms. */
export const { add: addLateness } = new Trend(METRIC.lateness, true);
/** Records a part of the server's own time, ms. */
export const addServerPart: Record<ServerPart, K6Trend['add']> = {
  auth: new Trend('server_auth_ms', true).add,
  db: new Trend('server_db_ms', true).add,
  vector: new Trend('server_vector_ms', true).add,
  ai: new Trend('server_ai_ms', true).add,
  cache: new Trend('server_cache_ms', true).add,
};

/** What requests and readings count under. */
export interface Countings {
  readonly occasions: Plan['occasions'];
  /** See plan.ts, `countingsOf` and `plannedSignals`. */
  readonly ofRequests: SharedRows<Counting>;
  readonly ofSignals: SharedRows<PlannedSignal[]>;
}

export let countings: Countings;

/** Says under which criteria requests and readings count; once, in the init context. */
export function countUnder(planned: Countings): void {
  countings = planned;
}

/** Tags of a sample of a criterion. */
export type CaseTags = {
  readonly criterion: string;
  readonly phase: string;
};

/** Counts a duration, ms, under its criteria. That of a failed request, which is over all limits, is left out. */
export function countDuration(criteria: readonly CaseTags[], limitsMs: readonly number[], ms = Number.MAX_VALUE): void {
  for (let at = 0; at < criteria.length; at++) addOverLimit(ms >= limitsMs[at]!, criteria[at]!);
}

/** Counts one look at something that is no request's duration: over when it was not as promised. */
export function countCase(criterion: string, phase: string, isOver: boolean): void {
  addOverLimit(isOver, { criterion, phase });
}
