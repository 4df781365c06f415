/** Holds the facts of a run against the embedded platform's own record of it. */
import type { Latency, Summary } from '../../src/wire/facts.ts';

/** What `GET /__truth?run=…` answers, as far as it is compared. */
export interface Truth {
  routes: {
    route: string;
    phase: string;
    count: number;
    failed: number;
    msOk: { p95: number; p99: number };
  }[];
}

export interface Comparison {
  what: string;
  seen: number;
  truth: number;
  equal: boolean;
}

/**
 * Counts must be exact; percentiles may differ by 2 % or 5 ms, whichever is larger (DESIGN.md, Truth).
 * @param route whose latencies and throughput the summary has
 */
export function compareWithTruth(summary: Summary, truth: Truth, route: string): Comparison[] {
  return summary.latencies
    .filter((latency) => latency.route === route)
    .flatMap((latency) => {
      const record = truth.routes.find((each) => each.route === route && each.phase === latency.phase);
      const requests = truth.routes.filter(({ phase }) => phase === latency.phase);
      return [
        exact(`${latency.phase} ${route} answered`, latency.count, (record?.count ?? 0) - (record?.failed ?? 0)),
        ...factsOf(summary, latency, 'p95').map((fact) =>
          exact(`${latency.phase} ${fact.criterion} seen`, fact.seen, record?.count ?? 0),
        ),
        ...factsOf(summary, latency, 'failures').flatMap((fact) => [
          exact(`${latency.phase} ${fact.criterion} seen`, fact.seen, sum(requests.map(({ count }) => count))),
          exact(`${latency.phase} ${fact.criterion} failed`, fact.over, sum(requests.map(({ failed }) => failed))),
        ]),
        close(`${latency.phase} ${route} p95 ms`, latency.p95, record?.msOk.p95 ?? 0),
        close(`${latency.phase} ${route} p99 ms`, latency.p99, record?.msOk.p99 ?? 0),
      ];
    });
}

function factsOf(summary: Summary, { phase }: Latency, part: string) {
  return summary.facts.filter((fact) => fact.phase === phase && fact.criterion.includes(`.${part}`));
}

function exact(what: string, seen: number, truth: number): Comparison {
  return { what, seen, truth, equal: seen === truth };
}

function close(what: string, seen: number, truth: number): Comparison {
  return { what, seen, truth, equal: Math.abs(seen - truth) <= Math.max(0.02 * truth, 5) };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
