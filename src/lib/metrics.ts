/**
 * The metrics that launchgate adds to k6's own. Tag objects are built once a VU and reused.
 */
import { Counter, Rate, Trend } from 'k6/metrics';
import { appliesIn, criteriaOf, criteriaOfPart, groupOf } from '../thresholds.ts';
import type { FailureKind } from '../wire/api.ts';
import { METRIC } from '../wire/facts.ts';
import type { RouteName, ServerPart } from '../wire/routes.ts';
import { SERVER_PARTS } from '../wire/routes.ts';
import type { TestName } from '../workloads.ts';

const overLimit = new Rate(METRIC.overLimit);
const failures = new Counter(METRIC.failures);
const processed = new Counter(METRIC.processed);
const exceptions = new Counter(METRIC.exceptions);
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

export function countingFor(test: TestName, route: RouteName, phase: string): Counting {
  const gatesOf = (criteria: ReturnType<typeof criteriaOf>) =>
    criteria
      .filter((criterion) => appliesIn(criterion, phase))
      .map((criterion) => ({
        tags: { criterion: criterion.id, phase },
        limitMs: criterion.stat === 'failures' ? Number.POSITIVE_INFINITY : criterion.below,
      }));
  const criteria = criteriaOf(test, route);
  const family = criteria.find((criterion) => criterion.route === groupOf(route))?.route;
  return {
    tags: family ? { name: route, phase, family } : { name: route, phase },
    gates: gatesOf(criteria),
    partGates: Object.fromEntries(SERVER_PARTS.map((part) => [part, gatesOf(criteriaOfPart(test, part))])),
  };
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
