/** Holds what a run counted against the embedded platform's own record of it. */
import { percentile, type TruthOfRoute } from '../../platform/truth.ts';
import { CRITERIA, type Criterion, isGroup, ROUTE_GROUPS } from '../../src/thresholds.ts';
import type { FailureKind } from '../../src/wire/api.ts';
import type { Fact, Summary } from '../../src/wire/facts.ts';
import { ROUTES } from '../../src/wire/routes.ts';
import type { RequestCount } from './requests.ts';

/** One route in one phase, with every request's service time (ms) and status. */
export type RecordedRoute = Required<TruthOfRoute>;

export interface Counted {
  summary: Summary;
  /** Every request that k6 made, in the phases that are compared. */
  requests: readonly RequestCount[];
  truth: readonly RecordedRoute[];
}

export interface Comparison {
  what: string;
  seen: number;
  truth: number;
  equal: boolean;
}

/** Refusals that a test asks for, and that are no failures there. */
const REFUSALS: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  auth: {
    'POST /auth/v1/token refresh_token': [400],
    'GET /auth/v1/user': [403],
    'GET /api/chronos/balance': [401],
  },
};

/** Server errors that a run tells apart by their bodies; the record has their statuses. */
const ONLY_BODIES_TELL: readonly FailureKind[] = ['no-connection', 'ai-limit'];

/** What the platform records of a request whose client went away; k6 has no status of it. */
const CLIENT_GONE = 499;

/**
 * Counts must be exact: requests by route, phase and status, samples and failures of every criterion, failures by kind.
 * Where a request is as long as a limit, to 2 % or 5 ms, it may lie on either side of it.
 */
export function compareCounts(counted: Counted): Comparison[] {
  const { facts } = counted.summary;
  return [...answers(counted), ...facts.flatMap((fact) => factCounts(fact, counted)), ...failureKinds(counted)];
}

/**
 * Percentiles may differ by 2 % or 5 ms, whichever is larger (DESIGN.md, Truth). Those of the server's own parts are left
 * out: the record has whole requests.
 */
export function comparePercentiles(counted: Counted): Comparison[] {
  return counted.summary.latencies.flatMap(({ route, phase, count, p95, p99 }) => {
    const routes = routesOf(route);
    if (!routes || count === 0) return [];
    const served = recorded(counted, routes, phase).filter(({ failed }) => !failed);
    const times = Float64Array.from(served, ({ ms }) => ms).sort();
    const what = `${phase}: ${route}`;
    return [
      exact(`${what} answered`, count, times.length),
      close(`${what} p95 ms`, p95, percentile(times, 0.95)),
      close(`${what} p99 ms`, p99, percentile(times, 0.99)),
    ];
  });
}

/** Those that differ: none, in a run that counted rightly. */
export function differences(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter(({ equal }) => !equal);
}

function answers({ requests, truth }: Counted): Comparison[] {
  const seen = new Map<string, number>(
    requests.map(({ route, phase, status, count }) => [`${phase}: ${route} ${status || CLIENT_GONE}`, count]),
  );
  const really = new Map<string, number>(
    truth.flatMap(({ route, phase, byStatus }) =>
      Object.entries(byStatus).map(([status, count]) => [`${phase}: ${route} ${status}`, count] as const),
    ),
  );
  return [...new Set([...seen.keys(), ...really.keys()])].map((what) =>
    exact(what, seen.get(what) ?? 0, really.get(what) ?? 0),
  );
}

function factCounts(fact: Fact, counted: Counted): Comparison[] {
  const criterion = CRITERIA.find(({ id }) => id === fact.criterion)!;
  const what = `${fact.phase}: ${fact.criterion}`;
  const routes = 'route' in criterion ? routesOf(criterion.route) : undefined;
  if (!routes) return [];
  const requests = recorded(counted, routes, fact.phase);
  const failed = requests.filter((request) => request.failed).length;
  switch (criterion.stat) {
    case 'p95':
    case 'p99':
      return [exact(`${what} seen`, fact.seen, requests.length), over(what, fact.over, requests, criterion.below)];
    case 'failures':
      return [exact(`${what} seen`, fact.seen, requests.length), exact(`${what} failed`, fact.over, failed)];
    case 'throughput': {
      // In video those who publish ask for addresses too, and are not counted.
      const equal = criterion.test === 'video' ? fact.seen <= requests.length : fact.seen === requests.length;
      return [{ what: `${what} seen`, seen: fact.seen, truth: requests.length, equal }];
    }
    case 'recovery':
    case 'drift':
      return [exact(`${what} seen`, fact.seen, requests.length - failed)];
    default:
      return [];
  }
}

function failureKinds({ summary, truth }: Counted): Comparison[] {
  const really = new Map<string, number>();
  for (const { route, phase, byStatus } of truth) {
    for (const [status, count] of Object.entries(byStatus)) {
      if (!isFailed(summary.test, route, Number(status))) continue;
      const what = `${phase}: ${kindOf(route, Number(status))} failures`;
      really.set(what, (really.get(what) ?? 0) + count);
    }
  }
  const phases = summary.facts.map(({ phase }) => phase);
  const seen = new Map<string, number>();
  for (const { kind, phase, count } of summary.failures) {
    const what = `${phase}: ${ONLY_BODIES_TELL.includes(kind) ? 'server-error' : kind} failures`;
    seen.set(what, (seen.get(what) ?? 0) + count);
  }
  return [...new Set([...seen.keys(), ...really.keys()])]
    .filter((what) => phases.includes(what.split(':')[0]!))
    .map((what) => exact(what, seen.get(what) ?? 0, really.get(what) ?? 0));
}

interface RecordedRequest {
  ms: number;
  failed: boolean;
}

function recorded({ summary, truth }: Counted, routes: readonly string[], phase: string): RecordedRequest[] {
  return truth
    .filter((each) => each.phase === phase && routes.includes(each.route))
    .flatMap(({ route, requests }) =>
      requests.map(([ms, status]) => ({ ms, failed: isFailed(summary.test, route, status) })),
    );
}

/** undefined for what is no route: a part of the server's time, video processing. */
function routesOf(subject: Extract<Criterion, { route: string }>['route'] | string): readonly string[] | undefined {
  // Thumbnails are only looked at: nothing is promised of them.
  if (subject === 'every request') return ROUTES.filter((route) => route !== 'GET thumbnail');
  if (isGroup(subject)) return ROUTE_GROUPS[subject];
  return (ROUTES as readonly string[]).includes(subject) ? [subject] : undefined;
}

function isFailed(test: string, route: string, status: number): boolean {
  return status >= 400 && !REFUSALS[test]?.[route]?.includes(status);
}

function kindOf(route: string, status: number): FailureKind {
  if (status === CLIENT_GONE) return 'timeout';
  if (status === 429) return 'rate-limited';
  if (status === 403 && route === 'POST /api/chat') return 'quota';
  return status >= 500 ? 'server-error' : 'client-error';
}

function exact(what: string, seen: number, truth: number): Comparison {
  return { what, seen, truth, equal: seen === truth };
}

function close(what: string, seen: number, truth: number): Comparison {
  return { what, seen, truth, equal: Math.abs(seen - truth) <= toleranceMs(truth) };
}

/** Requests so close to the limit that their time may lie on either side of it count both ways. */
function over(what: string, seen: number, requests: readonly RecordedRequest[], limitMs: number): Comparison {
  const beyond = (ms: number) => requests.filter((request) => request.failed || request.ms >= ms).length;
  const slack = toleranceMs(limitMs);
  const equal = seen >= beyond(limitMs + slack) && seen <= beyond(limitMs - slack);
  return { what: `${what} over`, seen, truth: beyond(limitMs), equal };
}

function toleranceMs(ms: number): number {
  return Math.max(0.02 * ms, 5);
}
