/** Computes what the page's charts show from a run's evidence. */

import { RAMP } from '../../src/behaviour.ts';
import type { CriterionVerdict, RunFile } from '../../src/wire/run-files.ts';
import type { SignalReading, Timeline } from '../../src/wire/timeline.ts';
import type { Evidence } from '../runs/folder/evidence.ts';
import { binStart, countsByBin } from '../runs/samples/latency-bins.ts';
import { Latencies } from '../runs/samples/timeline-histogram.ts';
import { Cuts, lengthOf, type RouteWindows, type Windows } from '../runs/samples/timeline-windows.ts';
import type { Distribution, LoadPoint, PageData, PhaseBand, Resolution, Series, Signal } from './page/data.ts';

/** Lengths of a window that people think in, s. */
const WINDOW_SECONDS = [1, 5, 15, 30, 60, 300];
/** Fewer points show no course; more can't be told apart. */
const LEAST_POINTS = 6;
const MOST_POINTS = 450;
/** The first view is a calm one: no more points than this, and so many requests in each that it has a p95. */
const CALM = { points: 90, requests: 20 };

/** The page's data, or null when there is no timeline with anything in it. */
export function pageData({ run, verdict, timeline }: Evidence): PageData | null {
  if (!timeline) return null;
  const seconds = lengthOf(timeline);
  if (seconds === 0) return null;
  const cuts = new Cuts(timeline);
  const requests = totalsOf(timeline, (asked) => asked);
  const successes = totalsOf(timeline, (asked, failed) => asked - failed);
  // What belongs to no route, such as an exception, is no request and stays out.
  const order = [...requests.keys()].filter((route) => requests[route]! > 0);
  order.sort((a, b) => requests[b]! - requests[a]!);
  const windows = windowLengths(seconds).map((length) => cuts.windows(length));
  const busiest = requests[order[0] ?? 0] ?? 0;
  const calmest = windows.findIndex(
    ({ times: { length } }) => length <= CALM.points && busiest / length >= CALM.requests,
  );
  const calm = calmest < 0 ? windows.length - 1 : calmest;
  const routes = order.map((route) => timeline.routes[route]!);
  const bands = bandsOf(timeline, run);
  return {
    seconds,
    bands,
    routes,
    successes: order.map((route) => successes[route]!),
    kinds: timeline.kinds,
    parts: order.map((route) => windows[0]!.routes[route]!.parts.map(({ part }) => part)),
    limits: limitsOf(verdict?.criteria ?? [], routes),
    resolutions: windows.map((cut) => resolutionOf(cut, order)),
    resolution: calm,
    ...distributionsOf(timeline, order),
    load: loadOf(windows[calm]!, order, bands),
    signals: signalsOf(timeline.signals, verdict?.criteria ?? []),
    generator: run ? generatorOf(run) : null,
  };
}

/** Of each route, by its index: what is counted of its cells. */
function totalsOf({ routes, cells }: Timeline, counted: (requests: number, failed: number) => number): number[] {
  const totals = routes.map(() => 0);
  for (const [, , route, requests, failed] of cells) totals[route]! += counted(requests, failed);
  return totals;
}

function windowLengths(seconds: number): number[] {
  const fitting = WINDOW_SECONDS.filter((length) => {
    const points = seconds / length;
    return points >= LEAST_POINTS && points <= MOST_POINTS;
  });
  return fitting.length > 0 ? fitting : [Math.max(1, Math.ceil(seconds / CALM.points))];
}

/** Where each phase really was held, by the requests that carry its tag; as planned where none do. */
function bandsOf(timeline: Timeline, run: RunFile | undefined): PhaseBand[] {
  const seen = new Map<string, { from: number; to: number }>();
  for (const [second, index] of timeline.cells) {
    const phase = timeline.phases[index]!;
    if (phase === '' || phase === RAMP) continue;
    const band = seen.get(phase) ?? { from: second, to: second + 1 };
    seen.set(phase, { from: Math.min(band.from, second), to: Math.max(band.to, second + 1) });
  }
  if (!run) return [...seen].map(([phase, band]) => ({ phase, users: 0, ...band }));
  return run.windows.map(({ phase, users, fromMs, toMs }) => {
    return { phase, users, ...(seen.get(phase) ?? { from: fromMs / 1000, to: toMs / 1000 }) };
  });
}

function resolutionOf(cut: Windows, order: number[]): Resolution {
  const rate = (counts: number[]) => counts.map((count) => rounded(count / cut.seconds));
  return {
    seconds: cut.seconds,
    times: cut.times,
    users: cut.users,
    routes: order.map((index) => {
      const route = cut.routes[index]!;
      return {
        rate: rate(route.requests),
        p50: roundedAll(route.p50),
        p95: roundedAll(route.p95),
        p99: roundedAll(route.p99),
        parts: route.parts.map(({ ms }) => roundedAll(ms)),
        rest: restOf(route),
      };
    }),
    failures: cut.failures.map(({ count }) => rate(count)),
    dropped: rate(cut.dropped),
  };
}

/** What of the mean duration no part explains: network, framework, waiting. */
function restOf({ mean, parts }: RouteWindows): Series {
  return mean.map((total, window) => {
    const explained = parts.map(({ ms }) => ms[window] ?? null).filter((ms) => ms !== null);
    if (total === null || explained.length === 0) return null;
    return rounded(Math.max(0, total - explained.reduce((sum, ms) => sum + ms, 0)));
  });
}

function distributionsOf(timeline: Timeline, order: number[]): Pick<PageData, 'bins' | 'distributions'> {
  const held = timeline.latencies.filter(({ phase, latency }) => latency && timeline.phases[phase] !== RAMP);
  const counted = held.map(({ phase, route, latency }) => {
    const latencies = new Latencies().merge(latency);
    const counts = countsByBin(latencies);
    return { phase: timeline.phases[phase]!, route: order.indexOf(route), requests: latencies.count, counts };
  });
  const used = counted.flatMap(({ counts }) => [...counts.keys()]);
  if (used.length === 0) return { bins: [], distributions: [] };
  // One empty bin on either side, so that every curve begins and ends at nothing.
  const first = Math.min(...used) - 1;
  const indexes = Array.from({ length: Math.max(...used) - first + 2 }, (_, bin) => first + bin);
  return {
    bins: indexes.map(binStart),
    distributions: counted.map(
      ({ counts, ...rest }): Distribution => ({
        ...rest,
        shares: indexes.map((bin) => rounded((counts.get(bin) ?? 0) / rest.requests)),
      }),
    ),
  };
}

function loadOf(cut: Windows, order: number[], bands: PhaseBand[]): LoadPoint[] {
  const phaseAt = (time: number) => bands.find(({ from, to }) => from <= time && time < to)?.phase ?? RAMP;
  return order.flatMap((index, route) =>
    cut.routes[index]!.p95.flatMap((p95, window): LoadPoint[] => {
      const users = cut.users[window];
      if (p95 === null || users === null || users === undefined) return [];
      const rate = rounded(cut.routes[index]!.requests[window]! / cut.seconds);
      return [{ phase: phaseAt(cut.times[window]! + cut.seconds / 2), route, users, rate, p95: rounded(p95) }];
    }),
  );
}

function limitsOf(criteria: CriterionVerdict[], routes: string[]): PageData['limits'] {
  const limits = criteria
    .filter(({ unit, subject }) => unit === 'ms' && routes.includes(subject))
    .map(({ subject, stat, limit }) => ({ route: routes.indexOf(subject), stat, ms: limit }));
  return limits.filter(
    (limit, index) => limits.findIndex(({ route, stat }) => route === limit.route && stat === limit.stat) === index,
  );
}

/** One for each signal, and for each of its sources where several tell it. */
function signalsOf(readings: SignalReading[], criteria: CriterionVerdict[]): Signal[] {
  const names = [...new Set(readings.map(({ signal }) => signal))].sort();
  return names.flatMap((signal) => {
    const mine = readings.filter((reading) => reading.signal === signal).sort((a, b) => a.atMs - b.atMs);
    const sources = [...new Set(mine.map(({ source }) => source))];
    return sources.map((source) => {
      const told = mine.filter((reading) => reading.source === source);
      return {
        signal,
        source: sources.length > 1 ? (source ?? '') : '',
        ratio: signal.endsWith('_ratio'),
        times: told.map(({ atMs }) => tenths(atMs)),
        values: told.map(({ value }) => rounded(value)),
        limit: criteria.find(({ subject }) => subject === signal)?.limit ?? null,
      };
    });
  });
}

function generatorOf({ generator: { cores, memoryBytes, readings } }: RunFile): PageData['generator'] {
  if (readings.length === 0 || cores === 0 || memoryBytes === 0) return null;
  return {
    times: readings.map(({ atMs }) => tenths(atMs)),
    cpu: readings.map((reading) => rounded(reading.cores / cores)),
    memory: readings.map(({ rssBytes }) => rounded(rssBytes / memoryBytes)),
    machine: readings.map(({ machineBusy }) => (machineBusy === undefined ? null : rounded(machineBusy))),
  };
}

/** Four digits are more than a chart can show. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function roundedAll(values: Series): Series {
  return values.map((value) => (value === null ? null : rounded(value)));
}

/** ms -> s, to the tenth. */
function tenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}
