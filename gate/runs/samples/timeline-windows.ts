/** Cuts a timeline into windows of equal length: the series that charts show and diagnosis reads. */
import { SERVER_PARTS } from '../../../src/wire/routes.ts';
import type { Timeline } from '../../../src/wire/timeline.ts';
import { Latencies } from './timeline-histogram.ts';

/** One value a window, in order; null where nothing was seen. */
export type Series = (number | null)[];

export interface RouteWindows {
  route: string;
  /** Requests sent. */
  requests: number[];
  /** Of the successful requests, ms; null where there are too few to speak of that percentile. */
  p50: Series;
  p95: Series;
  p99: Series;
  mean: Series;
  /** Mean of each `Server-Timing` part that the route ever sent, ms. */
  parts: { part: string; ms: Series }[];
}

export interface Windows {
  /** Length of each window, s. The last one may reach beyond the end of the run. */
  seconds: number;
  /** Where each begins, in seconds since the run began. */
  times: number[];
  /** Most virtual users. */
  users: Series;
  routes: RouteWindows[];
  /** Failures counted, by kind. */
  failures: { kind: string; count: number[] }[];
  /** Arrivals that found no free virtual user. */
  dropped: number[];
}

/** With fewer requests a window's percentile is but its largest values. */
const LEAST_SAMPLES = { p50: 1, p95: 20, p99: 100 } as const;

type Recorded = [ms: number, count: number];

/** Seconds from the start to the last thing that happened. */
export function lengthOf(timeline: Timeline): number {
  const { users, cells, failures, serverTime, dropped } = timeline;
  const ends = [cells, failures, serverTime, dropped].map((rows) => (rows.at(-1)?.[0] ?? -1) + 1);
  return Math.max(users.length, ...ends);
}

/**
 * Unpacks a timeline's latencies once, to be cut into windows of any length.
 * @throws Error when a latency is no histogram
 */
export class Cuts {
  readonly #timeline: Timeline;
  readonly #cells: { second: number; route: number; requests: number; recorded: Recorded[] }[];
  readonly #scratch = new Latencies();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#cells = timeline.cells.map(([second, , route, requests, , latency]) => {
      const recorded = [...this.#scratch.reset().merge(latency).recorded()];
      return { second, route, requests, recorded };
    });
  }

  windows(seconds: number): Windows {
    const { users, kinds, failures, dropped, routes } = this.#timeline;
    const count = Math.ceil(lengthOf(this.#timeline) / seconds);
    const at = (second: number) => Math.floor(second / seconds);
    const windows: Windows = {
      seconds,
      times: zeros(count).map((_, index) => index * seconds),
      users: nulls(count),
      routes: routes.map((_, index) => this.#route(index, count, at)),
      failures: kinds.map((kind) => ({ kind, count: zeros(count) })),
      dropped: zeros(count),
    };
    for (const [second, most] of users.entries()) {
      if (most !== null) windows.users[at(second)] = Math.max(windows.users[at(second)] ?? 0, most);
    }
    for (const [second, , , kind, failed] of failures) windows.failures[kind]!.count[at(second)]! += failed;
    for (const [second, arrivals] of dropped) windows.dropped[at(second)]! += arrivals;
    return windows;
  }

  #route(index: number, count: number, at: (second: number) => number): RouteWindows {
    const requests = zeros(count);
    const recorded = requests.map((): Recorded[] => []);
    for (const cell of this.#cells) {
      if (cell.route !== index) continue;
      requests[at(cell.second)]! += cell.requests;
      recorded[at(cell.second)]!.push(...cell.recorded);
    }
    const windows: RouteWindows = {
      route: this.#timeline.routes[index]!,
      requests,
      p50: nulls(count),
      p95: nulls(count),
      p99: nulls(count),
      mean: nulls(count),
      parts: this.#parts(index, count, at),
    };
    for (const [window, values] of recorded.entries()) {
      const latencies = this.#scratch.reset();
      let totalMs = 0;
      for (const [ms, times] of values) {
        latencies.record(ms, times);
        totalMs += ms * times;
      }
      if (latencies.count > 0) windows.mean[window] = totalMs / latencies.count;
      if (latencies.count >= LEAST_SAMPLES.p50) windows.p50[window] = latencies.percentile(50);
      if (latencies.count >= LEAST_SAMPLES.p95) windows.p95[window] = latencies.percentile(95);
      if (latencies.count >= LEAST_SAMPLES.p99) windows.p99[window] = latencies.percentile(99);
    }
    return windows;
  }

  #parts(route: number, count: number, at: (second: number) => number): RouteWindows['parts'] {
    const rows = this.#timeline.serverTime.filter((row) => row[2] === route);
    return SERVER_PARTS.flatMap((part) => {
      const index = this.#timeline.parts.indexOf(part);
      const seen = zeros(count);
      const totalMs = zeros(count);
      for (const [second, , , of, times, ms] of rows) {
        if (of !== index) continue;
        seen[at(second)]! += times;
        totalMs[at(second)]! += ms;
      }
      const ms = seen.map((times, window) => (times > 0 ? totalMs[window]! / times : null));
      return ms.some((value) => value !== null) ? [{ part, ms }] : [];
    });
  }
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

function nulls(length: number): Series {
  return new Array<number | null>(length).fill(null);
}
