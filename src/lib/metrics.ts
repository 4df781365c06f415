/**
 * The metrics that launchgate adds to k6's own. Every virtual user makes an object of each, so there is none here that
 * most tests could do without, and of each only the function that adds is kept.
 */
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import type { FailureKind } from '../wire/api.ts';
import { METRIC } from '../wire/facts.ts';
import { ROUTES, type RouteName, type ServerPart } from '../wire/routes.ts';
import { isWithin, type SignalName } from '../wire/signals.ts';
import type { Counting, CountingGate, Plan, PlannedSignal } from './once/plan.ts';

export type { Counting } from './once/plan.ts';

const { add: addOverLimit } = new Rate(METRIC.overLimit);
const { add: addFailure } = new Counter(METRIC.failures);
const { add: addSignal } = new Gauge(METRIC.signal);
const { add: addLateness } = new Trend(METRIC.lateness, true);
const addServerPart: Record<ServerPart, Trend['add']> = {
  auth: new Trend('server_auth_ms', true).add,
  db: new Trend('server_db_ms', true).add,
  vector: new Trend('server_vector_ms', true).add,
  ai: new Trend('server_ai_ms', true).add,
  cache: new Trend('server_cache_ms', true).add,
};

let occasions: Plan['occasions'] = [];
let countings: readonly Counting[] = [];
let signalGates: readonly PlannedSignal[] = [];

/**
 * Says under which criteria requests and readings count; once, in the init context.
 * @param planned see plan.ts, `countingsOf`
 */
export function countUnder(
  phases: Plan['occasions'],
  planned: readonly Counting[],
  gates: readonly PlannedSignal[],
): void {
  occasions = phases;
  countings = planned;
  signalGates = gates;
}

/** Dear, since it parses a row of a shared array: its result is kept. */
export function countingFor(route: RouteName, phase: string): Counting {
  return countings[occasions.indexOf(phase) * ROUTES.length + ROUTES.indexOf(route)]!;
}

/** Counts one request: every failed one is over every limit. */
export function countRequest({ gates, tags }: Counting, durationMs: number, failure: FailureKind | undefined): void {
  countDuration(gates, tags.phase, failure === undefined ? durationMs : Number.MAX_VALUE);
  if (failure) addFailure(1, { ...tags, kind: failure });
}

/** Counts one look at something that is no request's duration: over when it was not as promised. */
export function countCase(criterion: string, phase: string, isOver: boolean): void {
  addOverLimit(isOver, { criterion, phase });
}

/** Records a reading of a signal, and counts it under the criteria that speak of it. */
export function countSignal(signal: SignalName, value: number, phase: string): void {
  addSignal(value, { signal, phase });
  for (const gate of signalGates) {
    if (gate.signal === signal && gate.phase === phase) countCase(gate.criterion, phase, !isWithin(value, gate.limit));
  }
}

/** Counts an iteration that threw. */
export function countException(phase: string): void {
  addFailure(1, { kind: 'exception', phase });
}

/** Counts how late a pause ended, ms. */
export function countLateness(ms: number): void {
  addLateness(ms);
}

/** Counts a part of the server's own time, ms. */
export function countServerPart(part: ServerPart, ms: number, counting: Counting): void {
  addServerPart[part](ms, counting.tags);
  countDuration(counting.partGates?.[part], counting.tags.phase, ms);
}

function countDuration(gates: readonly CountingGate[] = [], phase: string, ms: number): void {
  for (let at = 0; at < gates.length; at++) countCase(gates[at]!.criterion, phase, ms >= gates[at]!.limitMs);
}
