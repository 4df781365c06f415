/**
 * Live progress, read from the end of samples.csv while k6 writes it.
 */
import { RAMP } from '../../../src/behaviour.ts';
import { CRITERIA } from '../../../src/thresholds.ts';
import { ROUTES, type RouteName } from '../../../src/wire/routes.ts';
import type { TestName, Window } from '../../../src/workloads.ts';
import { percentile } from '../samples/rebuild.ts';
import { type RowParser, rowParser, type Sample } from '../samples/timeline-samples.ts';
import { Tail } from './tail.ts';

/** The last 10 s of a run, and where it stands. */
export interface Progress {
  /** ms since the run began. */
  atMs: number;
  /** ms that the run is planned to take. */
  plannedMs: number;
  phase: string;
  users: number;
  /** The test's main route. */
  route: RouteName;
  perSecond: number;
  /** ms; undefined when nothing was answered in this time. */
  p95: number | undefined;
  /** Share of all requests that failed, 0..1. */
  failed: number;
}

const SPAN_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

export interface Follow {
  /** samples.csv of each process, which may not be there yet. */
  paths: readonly string[];
  test: TestName;
  windows: readonly Window[];
  plannedMs: number;
  startedMs: number;
  show: (progress: Progress) => void;
  /** Given every sample. */
  onSample?: (sample: Sample) => void;
}

/** Follows a run until the returned function is called. */
export function followRun(follow: Follow): () => Promise<void> {
  const recent = new RecentRequests(mainRoute(follow.test));
  const tails = follow.paths.map(
    (path) =>
      new Tail(
        path,
        samplesOf((sample) => {
          recent.add(sample, path);
          follow.onSample?.(sample);
        }),
      ),
  );
  let looking = Promise.resolve();
  const look = async () => {
    for (const tail of tails) await tail.read();
    const nowMs = Date.now();
    const atMs = nowMs - follow.startedMs;
    const window = follow.windows.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    follow.show({
      atMs,
      plannedMs: follow.plannedMs,
      phase: window?.phase ?? RAMP,
      ...recent.last(Math.min(SPAN_MS, atMs), nowMs),
    });
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await looking;
    for (const tail of tails) await tail.close();
  };
}

/** A row that is no sample, or goes on in the next line, is passed over. @returns what takes the lines of samples.csv */
function samplesOf(each: (sample: Sample) => void): (line: string) => void {
  let parse: RowParser | undefined;
  return (line) => {
    const sample = parse?.(line);
    if (sample) each(sample);
    parse ??= rowParser(line);
  };
}

/** The route that the test's first percentile criterion of a single route speaks of: what the test is about. */
function mainRoute(test: TestName): RouteName {
  const subjects = CRITERIA.flatMap((criterion) =>
    criterion.test === test && criterion.stat === 'p95' ? [criterion.route] : [],
  );
  return subjects.find(isRoute) ?? 'POST /api/chat';
}

function isRoute(subject: string): subject is RouteName {
  return (ROUTES as readonly string[]).includes(subject);
}

class RecentRequests {
  /** By the process that told it. */
  readonly #users = new Map<string, number>();
  #requests: { atMs: number; main: boolean; durationMs: number; failed: boolean }[] = [];
  readonly #route: RouteName;

  constructor(route: RouteName) {
    this.#route = route;
  }

  add({ metric, value, name, timeMs, expected }: Sample, process: string): void {
    if (metric === 'vus') this.#users.set(process, value);
    if (metric === 'http_req_duration') {
      this.#requests.push({ atMs: timeMs, main: name === this.#route, durationMs: value, failed: !expected });
    }
  }

  /** @param spanMs up to nowMs */
  last(spanMs: number, nowMs: number): Pick<Progress, 'users' | 'route' | 'perSecond' | 'p95' | 'failed'> {
    this.#requests = this.#requests.filter(({ atMs }) => atMs >= nowMs - spanMs);
    const main = this.#requests.filter((request) => request.main);
    const durations = main.filter(({ failed }) => !failed).map(({ durationMs }) => durationMs);
    const failed = this.#requests.filter((request) => request.failed).length;
    return {
      users: [...this.#users.values()].reduce((sum, users) => sum + users, 0),
      route: this.#route,
      perSecond: main.length / (spanMs / 1_000),
      p95:
        durations.length > 0
          ? percentile(
              durations.sort((a, b) => a - b),
              0.95,
            )
          : undefined,
      failed: failed / Math.max(1, this.#requests.length),
    };
  }
}
