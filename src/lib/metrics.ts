/**
 * The metrics that launchgate adds to k6's own. Every virtual user makes an object of each, so there is none here that
 * most tests could do without, and of each only the function that adds is kept.
 */
import { Counter, Gauge, Trend as K6Trend, Rate } from 'k6/metrics';
import { METRIC } from '../wire/facts.ts';
import type { ServerPart } from '../wire/routes.ts';

/** As in k6.ts: read once. */
const Trend = K6Trend;

/** Counts a sample under a criterion: over its limit, or not. */
export const { add: addOverLimit } = new Rate(METRIC.overLimit);
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

/** Counts one look at something that is no request's duration: over when it was not as promised. */
export function countCase(criterion: string, phase: string, isOver: boolean): void {
  addOverLimit(isOver, { criterion, phase });
}
