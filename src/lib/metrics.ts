/**
 * The metrics that launchgate adds to k6's own. Tag objects are built once a VU and reused.
 */
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import type { FailureKind } from '../wire/api.ts';
import { METRIC } from '../wire/facts.ts';
import type { RouteName, ServerPart } from '../wire/routes.ts';
import { SERVER_PARTS } from '../wire/routes.ts';
import { isWithin, type SignalName } from '../wire/signals.ts';
import type { Plan } from './once/plan.ts';

const overLimit = new Rate(METRIC.overLimit);
const failures = new Counter(METRIC.failures);
const processed = new Counter(METRIC.processed);
const exceptions = new Counter(METRIC.exceptions);
const signals = new Gauge(METRIC.signal);
const lateness = new Trend(METRIC.lateness, true);
const serverParts = Object.fromEntries(
  SERVER_PARTS.map((part) => [part, new Trend(`server_${part}_ms`, true)]),
) as Record<ServerPart, Trend>;

/** A criterion that a sample is counted under, and the duration (ms) from which it is over, if it speaks of durations. */
interface CountingGate {
  readonly tags: { readonly criterion: string; readonly phase: string };
  readonly limitMs: number;
}

/** What a request of one route in one phase is counted under. */
export interface Counting {
  /** Tags of the request's own k6 samples; the family is the group that a criterion of this test speaks of. */
  readonly tags: { readonly name: RouteName; readonly phase: string; readonly family?: string };
  readonly gates: readonly CountingGate[];
  /** Of parts of the server's time. */
  readonly partGates: Readonly<Partial<Record<ServerPart, readonly CountingGate[]>>>;
}

type Counted = Pick<Plan, 'gates' | 'signals' | 'families'>;

let plan: Counted = { gates: [], signals: [], families: {} };

/** Says under which criteria requests and readings count; once, in the init context. */
export function countUnder(planned: Counted): void {
  plan = planned;
}

export function countingFor(route: RouteName, phase: string): Counting {
  const family = plan.families[route];
  return {
    tags: family ? { name: route, phase, family } : { name: route, phase },
    gates: gatesFor(route, phase),
    partGates: Object.fromEntries(SERVER_PARTS.map((part) => [part, gatesFor(part, phase)])),
  };
}

function gatesFor(subject: RouteName | ServerPart, phase: string): CountingGate[] {
  const isPart = (SERVER_PARTS as readonly string[]).includes(subject);
  return plan.gates
    .filter((gate) => gate.phases.includes(phase) && (gate.of ? gate.of.includes(subject) : !isPart))
    .map(({ criterion, limitMs }) => ({
      tags: { criterion, phase },
      limitMs: limitMs ?? Number.POSITIVE_INFINITY,
    }));
}

/** Counts one request: every failed one is over every limit. */
export function countRequest(counting: Counting, durationMs: number, failure: FailureKind | undefined): void {
  for (const gate of counting.gates) {
    overLimit.add(failure !== undefined || durationMs >= gate.limitMs, gate.tags);
  }
  if (failure) failures.add(1, { ...counting.tags, kind: failure });
}

/** Counts one look at something that is no request's duration: over when it was not as promised. */
export function countCase(criterion: string, phase: string, isOver: boolean): void {
  overLimit.add(isOver, { criterion, phase });
}

/** Records a reading of a signal, and counts it under the criteria that speak of it. */
export function countSignal(signal: SignalName, value: number, phase: string): void {
  signals.add(value, { signal, phase });
  for (const gate of plan.signals) {
    if (gate.signal === signal && gate.phases.includes(phase)) {
      countCase(gate.criterion, phase, !isWithin(value, gate.limit));
    }
  }
}

/** Counts a video whose processing ended well. */
export function countProcessed(phase: string): void {
  processed.add(1, { phase });
}

/** Counts an iteration that threw. */
export function countException(phase: string): void {
  exceptions.add(1, { phase });
  failures.add(1, { kind: 'exception', phase });
}

/** Counts how late a pause ended, ms. */
export function countLateness(ms: number): void {
  lateness.add(ms);
}

/** Counts a part of the server's own time, ms. */
export function countServerPart(part: ServerPart, ms: number, counting: Counting): void {
  serverParts[part].add(ms, counting.tags);
  for (const gate of counting.partGates[part]!) overLimit.add(ms >= gate.limitMs, gate.tags);
}
