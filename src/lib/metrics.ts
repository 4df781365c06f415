/**
 * The metrics that launchgate adds to k6's own. Tag objects are built once a VU and reused.
 */
import { Counter, Rate, Trend } from 'k6/metrics';
import { appliesIn, criteriaOf } from '../thresholds.ts';
import type { FailureKind } from '../wire/api.ts';
import { METRIC } from '../wire/facts.ts';
import type { RouteName, ServerPart } from '../wire/routes.ts';
import { SERVER_PARTS } from '../wire/routes.ts';
import { PHASES, RAMP, type TestName } from '../workloads.ts';

const overLimit = new Rate(METRIC.overLimit);
const failures = new Counter(METRIC.failures);
const exceptions = new Counter(METRIC.exceptions);
const lateness = new Trend(METRIC.lateness, true);
const serverParts = Object.fromEntries(
  SERVER_PARTS.map((part) => [part, new Trend(`server_${part}_ms`, true)]),
) as Record<ServerPart, Trend>;

/** What a request of one route in one phase is counted under. */
export interface Counting {
  /** Tags of the request's own k6 samples. */
  readonly tags: { readonly name: RouteName; readonly phase: string };
  /** Per criterion: its tags, and the duration (ms) from which a success is over, if it speaks of durations. */
  readonly gates: readonly { readonly tags: Record<string, string>; readonly limitMs: number }[];
}

/** Countings of a route, by phase. */
export function countingsOf(test: TestName, route: RouteName): Record<string, Counting> {
  const criteria = criteriaOf(test, route);
  return Object.fromEntries(
    [...PHASES, RAMP].map((phase) => {
      const gates = criteria
        .filter((criterion) => appliesIn(criterion, phase))
        .map((criterion) => ({
          tags: { criterion: criterion.id, phase },
          limitMs: criterion.stat === 'failures' ? Number.POSITIVE_INFINITY : criterion.below,
        }));
      return [phase, { tags: { name: route, phase }, gates }];
    }),
  );
}

/** Counts one request: every failed one is over every limit. */
export function countRequest(counting: Counting, durationMs: number, failure: FailureKind | undefined): void {
  for (const gate of counting.gates) {
    overLimit.add(failure !== undefined || durationMs >= gate.limitMs, gate.tags);
  }
  if (failure) failures.add(1, { ...counting.tags, kind: failure });
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
}
