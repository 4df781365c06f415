/**
 * Facts of a run that left no summary.json (k6 was killed): the same counts, from its samples.
 */

import { RAMP } from '../../../src/behaviour.ts';
import { CRITERIA, type Gate, gatesOf, groupOf, SERVER_SUBJECTS } from '../../../src/thresholds.ts';
import { FAILURE_KINDS } from '../../../src/wire/api.ts';
import { type FailureCount, type Latency, METRIC, SUMMARY_SCHEMA, type Summary } from '../../../src/wire/facts.ts';
import { type RouteName, SERVER_PARTS } from '../../../src/wire/routes.ts';
import type { Phase, TestName } from '../../../src/workloads.ts';
import { readSamples, type Sample } from './timeline-samples.ts';

export interface RunIdentity {
  test: TestName;
  profile: string;
  runId: string;
  phases: readonly Phase[];
}

/**
 * @param path samples.csv of the run, or samples.csv.gz
 * @throws Error in one line when the file is missing or not k6's
 */
export async function rebuildSummary(path: string, run: RunIdentity): Promise<Summary> {
  const tally = new Tally();
  await readSamples(path, WANTED, (sample) => tally.add(sample));
  return tally.summary(run);
}

/** What only the samples of all processes of a load together can tell. */
export interface Pool extends Pick<Summary, 'latencies' | 'serverParts' | 'firstByteMs'> {
  /** Unix ms of each file's first and last sample, in the order of the files. */
  spans: { fromMs: number; toMs: number }[];
}

/**
 * Percentiles don't add up: those of a load that several processes shared are taken from all their samples together.
 * @throws Error in one line when a file is missing or not k6's
 */
export async function poolSamples(paths: readonly string[], run: RunIdentity): Promise<Pool> {
  const tally = new Tally();
  const spans: Pool['spans'] = [];
  for (const path of paths) {
    const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
    await readSamples(path, WANTED, (sample) => {
      tally.add(sample);
      span.fromMs = Math.min(span.fromMs, sample.timeMs);
      span.toMs = Math.max(span.toMs, sample.timeMs);
    });
    spans.push(span);
  }
  const { latencies, serverParts, firstByteMs } = tally.summary(run);
  return { latencies, serverParts, ...(firstByteMs && { firstByteMs }), spans };
}

const PART_METRICS: readonly string[] = SERVER_PARTS.map((part) => `server_${part}_ms`);
const WANTED: ReadonlySet<string> = new Set([
  ...['http_reqs', 'http_req_duration', 'http_req_failed', 'data_received', 'data_sent'],
  ...['iterations', 'dropped_iterations', 'vus'],
  ...[METRIC.overLimit, METRIC.failures, METRIC.lateness, METRIC.processed, METRIC.firstByte],
  ...PART_METRICS,
]);

/** Keys of two parts, e.g. criterion and phase; neither holds a line break. */
const key = (...parts: string[]) => parts.join('\n');
const parts = (joined: string) => joined.split('\n') as [string, string];

class Tally {
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  #maxUsers = 0;
  #exceptions = 0;
  readonly #sums = new Map<string, number>();
  /** criterion, phase -> seen and over. */
  readonly #facts = new Map<string, { seen: number; over: number }>();
  /** scenario, route, phase -> requests, failed ones too. */
  readonly #requests = new Map<string, number>();
  /** scenario -> iterations that were made, and that found no user. */
  readonly #iterations = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  /** phase -> videos. */
  readonly #processed = new Map<string, number>();
  /** route, or another subject of a percentile; phase -> durations of the successful ones. */
  readonly #durations = new Map<string, number[]>();
  /** kind, phase -> count. */
  readonly #failures = new Map<string, number>();
  readonly #serverParts = new Map<string, number[]>();
  readonly #lateness: number[] = [];
  readonly #firstBytes: number[] = [];

  add({ metric, timeMs, value, name, scenario, expected, tag }: Sample): void {
    this.#firstMs = Math.min(this.#firstMs, timeMs);
    this.#lastMs = Math.max(this.#lastMs, timeMs);
    increase(this.#sums, metric, value);
    const phase = tag('phase');
    if (metric === METRIC.overLimit) {
      const at = key(tag('criterion'), phase);
      const fact = this.#facts.get(at) ?? { seen: 0, over: 0 };
      // A rate, in which k6 takes all but 0 for true.
      this.#facts.set(at, { seen: fact.seen + 1, over: fact.over + (value === 0 ? 0 : 1) });
    } else if (metric === 'http_reqs') {
      increase(this.#requests, key(scenario, name, phase), value);
    } else if (metric === 'http_req_duration') {
      if (!expected) return;
      append(this.#durations, key(name, phase), value);
      const group = groupOf(name as RouteName);
      if (group) append(this.#durations, key(group, phase), value);
    } else if (metric === 'iterations') {
      increase(this.#iterations, scenario, value);
    } else if (metric === 'dropped_iterations') {
      increase(this.#dropped, scenario, value);
    } else if (metric === METRIC.processed) {
      increase(this.#processed, phase, value);
    } else if (metric === METRIC.failures) {
      if (tag('kind') === 'exception') this.#exceptions += value;
      increase(this.#failures, key(tag('kind'), phase), value);
    } else if (metric === METRIC.lateness) {
      this.#lateness.push(value);
    } else if (metric === METRIC.firstByte) {
      this.#firstBytes.push(value);
    } else if (metric === 'vus') {
      this.#maxUsers = Math.max(this.#maxUsers, value);
    } else if (PART_METRICS.includes(metric)) {
      append(this.#serverParts, metric, value);
      for (const [subject, part] of Object.entries(SERVER_SUBJECTS)) {
        if (metric === `server_${part}_ms`) append(this.#durations, key(subject, phase), value);
      }
    }
  }

  summary({ test, profile, runId, phases }: RunIdentity): Summary {
    const sum = (metric: string) => this.#sums.get(metric) ?? 0;
    const lateness = sorted(this.#lateness);
    const firstBytes = sorted(this.#firstBytes);
    return {
      schema: SUMMARY_SCHEMA,
      test,
      profile,
      runId,
      durationMs: Math.max(0, this.#lastMs - this.#firstMs),
      facts: this.#judgedFacts(test, phases),
      latencies: this.#latencies(test),
      failures: this.#failureCounts(),
      serverParts: SERVER_PARTS.filter((part) => this.#serverParts.has(`server_${part}_ms`)).map((part) => {
        const values = sorted(this.#serverParts.get(`server_${part}_ms`)!);
        return { part, count: values.length, avg: mean(values), p95: percentile(values, 0.95) };
      }),
      thresholds: [],
      totals: {
        requests: sum('http_reqs'),
        failedRequests: sum('http_req_failed'),
        iterations: sum('iterations'),
        droppedIterations: sum('dropped_iterations'),
        exceptions: this.#exceptions,
        maxUsers: this.#maxUsers,
        bytesReceived: sum('data_received'),
        bytesSent: sum('data_sent'),
      },
      ...(firstBytes.length > 0 && {
        firstByteMs: {
          count: firstBytes.length,
          med: percentile(firstBytes, 0.5),
          p95: percentile(firstBytes, 0.95),
        },
      }),
      latenessMs:
        lateness.length === 0
          ? null
          : { p95: percentile(lateness, 0.95), p99: percentile(lateness, 0.99), max: lateness.at(-1)! },
      stopped: 'k6 left no summary; these facts were counted from its samples',
    };
  }

  #judgedFacts(test: TestName, phases: readonly Phase[]): Summary['facts'] {
    return gatesOf(test, phases).map((gate) => ({
      criterion: gate.criterion.id,
      phase: gate.phase,
      ...this.#countsOf(gate),
    }));
  }

  #countsOf({ criterion, phase }: Gate): { seen: number; over: number } {
    switch (criterion.stat) {
      case 'throughput':
        return { seen: this.#requests.get(key(criterion.scenario, criterion.route, phase)) ?? 0, over: 0 };
      case 'processing':
        return { seen: this.#processed.get(phase) ?? 0, over: 0 };
      case 'recovery':
      case 'drift':
        return { seen: this.#durations.get(key(criterion.route, phase))?.length ?? 0, over: 0 };
      case 'dropped': {
        const over = this.#dropped.get(criterion.scenario) ?? 0;
        return { seen: (this.#iterations.get(criterion.scenario) ?? 0) + over, over };
      }
      default:
        return this.#facts.get(key(criterion.id, phase)) ?? { seen: 0, over: 0 };
    }
  }

  /** Of what this test's criteria speak of, as in k6's own summary. */
  #latencies(test: TestName): Latency[] {
    const judged = CRITERIA.flatMap((criterion): string[] =>
      criterion.test === test &&
      'route' in criterion &&
      criterion.stat !== 'failures' &&
      criterion.stat !== 'throughput'
        ? [criterion.route]
        : [],
    );
    return [...this.#durations].flatMap(([joined, unsorted]) => {
      const [route, phase] = parts(joined);
      if (phase === '' || phase === RAMP || !judged.includes(route)) return [];
      const values = sorted(unsorted);
      const at = (share: number) => percentile(values, share);
      return [
        {
          route,
          phase,
          count: values.length,
          avg: mean(values),
          min: values[0]!,
          med: at(0.5),
          p90: at(0.9),
          p95: at(0.95),
          p99: at(0.99),
          max: values.at(-1)!,
        },
      ];
    });
  }

  /** In holds: ramps are judged by nothing. */
  #failureCounts(): FailureCount[] {
    return [...this.#failures].flatMap(([joined, count]) => {
      const [kind, phase] = parts(joined);
      const known = FAILURE_KINDS.find((name) => name === kind);
      return known && phase !== RAMP ? [{ kind: known, phase, count }] : [];
    });
  }
}

/** As k6 computes it: linear between the two nearest ranks. @param values sorted, at least one */
export function percentile(values: readonly number[], share: number): number {
  const rank = share * (values.length - 1);
  const below = values[Math.floor(rank)]!;
  const above = values[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function increase(counts: Map<string, number>, at: string, by: number): void {
  counts.set(at, (counts.get(at) ?? 0) + by);
}

function append(lists: Map<string, number[]>, at: string, value: number): void {
  const list = lists.get(at);
  if (list) list.push(value);
  else lists.set(at, [value]);
}
