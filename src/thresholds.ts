/**
 * Every promise of the launch checklist and of the platform's targets, one line each. k6's thresholds, the facts that a
 * run counts, the judge, the alerts and the sign-off page are derived from this table; no other file states a limit.
 */
import { METRIC } from './wire/facts.ts';
import type { RouteName } from './wire/routes.ts';
import {
  type Phase,
  type PhaseName,
  plannedMessagesPerSecond,
  type TestName,
  THROUGHPUT_FLOOR,
  usersIn,
} from './workloads.ts';

/** must: the launch hangs on it; should: shown and asked about. */
export type Severity = 'must' | 'should';

interface Pledge {
  /** `<test>.<what>`: how reports, baselines and the checklist refer to it. */
  readonly id: string;
  readonly test: TestName;
  /** Phases whose holds are judged, each by itself. */
  readonly phases: readonly PhaseName[];
  readonly severity: Severity;
  /** Where the promise was made. */
  readonly source: string;
}

/** So many per cent of a route's requests are answered well within `below` ms. */
export interface PercentileCriterion extends Pledge {
  readonly stat: 'p95' | 'p99';
  readonly route: RouteName;
  /** ms, exclusive. */
  readonly below: number;
}

/** Of all requests, less than `below` (ratio 0..1) fail. */
export interface FailureCriterion extends Pledge {
  readonly stat: 'failures';
  readonly route: RouteName | 'every request';
  readonly below: number;
}

/** The hold carries at least this share of the requests that its users and their pace plan. */
export interface ThroughputCriterion extends Pledge {
  readonly stat: 'throughput';
  readonly route: RouteName;
  /** Ratio of the plan, 0..1. */
  readonly atLeast: number;
}

export type Criterion = PercentileCriterion | FailureCriterion | ThroughputCriterion;

const LOADED = ['normal', 'peak', 'stress'] as const;

// biome-ignore format: one line a promise
export const CRITERIA: readonly Criterion[] = [
  { id: 'chat.p95', test: 'chat', route: 'POST /api/chat', phases: LOADED, stat: 'p95', below: 5_000, severity: 'must', source: 'Success Criteria: Chat API p95' },
  { id: 'chat.p99', test: 'chat', route: 'POST /api/chat', phases: LOADED, stat: 'p99', below: 10_000, severity: 'must', source: 'Success Criteria: Chat API p99' },
  { id: 'chat.failures.normal', test: 'chat', route: 'every request', phases: ['normal'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'chat.failures.loaded', test: 'chat', route: 'every request', phases: ['peak', 'stress'], stat: 'failures', below: 0.02, severity: 'must', source: 'Success Criteria: Error Rate (Peak Load)' },
  { id: 'chat.throughput', test: 'chat', route: 'POST /api/chat', phases: LOADED, stat: 'throughput', atLeast: THROUGHPUT_FLOOR, severity: 'must', source: 'DESIGN: a closed model needs a floor' },
];

/** A figure that runs are compared by. Lower is better for all but throughput. */
export interface Headline {
  /** `<test>.<stat>.<phase>` */
  readonly id: string;
  readonly test: TestName;
  readonly phase: PhaseName;
  readonly stat: 'p50' | 'p95' | 'p99' | 'failures' | 'throughput';
  readonly route: RouteName | 'every request';
}

/**
 * At most eight a test: each more makes every comparison blinder to the others. p99 is left out on purpose: a hold of a
 * minute has a dozen or two of samples beyond it, and its noise would hide what p95 shows.
 */
// biome-ignore format: one line a figure
export const HEADLINES: readonly Headline[] = [
  { id: 'chat.p50.normal', test: 'chat', phase: 'normal', stat: 'p50', route: 'POST /api/chat' },
  { id: 'chat.p95.normal', test: 'chat', phase: 'normal', stat: 'p95', route: 'POST /api/chat' },
  { id: 'chat.failures.normal', test: 'chat', phase: 'normal', stat: 'failures', route: 'every request' },
  { id: 'chat.p95.peak', test: 'chat', phase: 'peak', stat: 'p95', route: 'POST /api/chat' },
  { id: 'chat.p50.stress', test: 'chat', phase: 'stress', stat: 'p50', route: 'POST /api/chat' },
  { id: 'chat.p95.stress', test: 'chat', phase: 'stress', stat: 'p95', route: 'POST /api/chat' },
  { id: 'chat.failures.stress', test: 'chat', phase: 'stress', stat: 'failures', route: 'every request' },
  { id: 'chat.throughput.stress', test: 'chat', phase: 'stress', stat: 'throughput', route: 'POST /api/chat' },
];

/** A criterion in one phase: what the judge gives one verdict on. */
export interface Gate {
  readonly criterion: Criterion;
  readonly phase: PhaseName;
}

/**
 * What is judged in these phases. The smoke profile holds only its own phase: there the promises of normal load apply,
 * on point values, but for throughput, which a handful of messages says nothing about.
 */
export function gatesOf(test: TestName, phases: readonly Phase[]): Gate[] {
  return CRITERIA.filter((criterion) => criterion.test === test).flatMap((criterion) =>
    phases.filter(({ name }) => appliesIn(criterion, name)).map(({ name }) => ({ criterion, phase: name })),
  );
}

/** Whether a criterion is counted and judged in this phase. */
export function appliesIn(criterion: Criterion, phase: string): boolean {
  const phases: readonly string[] = criterion.phases;
  return phases.includes(phase) || (phase === 'smoke' && phases.includes('normal') && criterion.stat !== 'throughput');
}

/** Share of samples that may be over the limit for the criterion to hold, 0..1. */
export function allowedShare(criterion: PercentileCriterion | FailureCriterion): number {
  if (criterion.stat === 'failures') return criterion.below;
  return criterion.stat === 'p95' ? 0.05 : 0.01;
}

/** Requests of the criterion's route that a hold must have at least. */
export function throughputFloor(criterion: ThroughputCriterion, phase: Phase, pace: number): number {
  return criterion.atLeast * plannedMessagesPerSecond(usersIn(criterion.test, phase), pace) * phase.holdSeconds;
}

/** Criteria that a request of this route is counted under. */
export function criteriaOf(test: TestName, route: RouteName): (PercentileCriterion | FailureCriterion)[] {
  return CRITERIA.filter((criterion) => criterion.stat !== 'throughput').filter(
    (criterion) => criterion.test === test && (criterion.route === route || criterion.route === 'every request'),
  );
}

/**
 * k6's own thresholds for one gate. The percentiles and rates are stated as shares over the limit, in which failed
 * requests count as over; the plain durations stand beside them for people who read k6's table. A threshold without
 * samples passes in k6, so each has a `count>0` guard on the same route and phase.
 */
export function k6ThresholdsOf(
  { criterion, phase }: Gate,
  phases: readonly Phase[],
  pace: number,
): { metric: string; expression: string }[] {
  const where = criterion.route === 'every request' ? `phase:${phase}` : `name:${criterion.route},phase:${phase}`;
  const overLimit = `${METRIC.overLimit}{criterion:${criterion.id},phase:${phase}}`;
  const guard = { metric: `http_reqs{${where}}`, expression: 'count>0' };
  switch (criterion.stat) {
    case 'throughput':
      return [
        guard,
        ...phases
          .filter(({ name }) => name === phase)
          .map((planned) => ({
            metric: guard.metric,
            expression: `count>=${Math.floor(throughputFloor(criterion, planned, pace))}`,
          })),
      ];
    case 'failures':
      return [guard, { metric: overLimit, expression: `rate<${criterion.below}` }];
    default:
      return [
        guard,
        { metric: overLimit, expression: `rate<=${allowedShare(criterion)}` },
        {
          metric: `http_req_duration{expected_response:true,${where}}`,
          expression: `p(${criterion.stat.slice(1)})<${criterion.below}`,
        },
      ];
  }
}

/** k6's own thresholds for these phases, as its options want them. */
export function k6Thresholds(test: TestName, phases: readonly Phase[], pace: number): Record<string, string[]> {
  const thresholds: Record<string, string[]> = {};
  for (const { metric, expression } of gatesOf(test, phases).flatMap((gate) => k6ThresholdsOf(gate, phases, pace))) {
    thresholds[metric] ??= [];
    if (!thresholds[metric].includes(expression)) thresholds[metric].push(expression);
  }
  return thresholds;
}
