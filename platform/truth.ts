/**
 * What really happened: service time and status of every request that carries a run id, by route and phase, so that
 * any figure that launchgate reports can be held against it.
 */

interface Series {
  route: string;
  phase: string;
  length: number;
  ms: Float64Array;
  status: Uint16Array;
}

interface Percentiles {
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

export interface TruthOfRoute {
  route: string;
  phase: string;
  count: number;
  byStatus: Record<string, number>;
  /** Answers of status 400 and above; 499 is a client that went away. */
  failed: number;
  /** Service time of all requests, ms. */
  ms: Percentiles;
  /** Service time of those below status 400, ms. */
  msOk: Percentiles;
  /** Service time (ms) and status of each, as they ended; only where they are asked for. */
  requests?: [ms: number, status: number][];
}

/** Runs kept: a platform that runs for days must not remember all of them. */
const MOST_RUNS = 50;

export class Truth {
  private readonly runs = new Map<string, Map<string, Series>>();

  /** @param ms from the request's headers reaching Node to the answer's last byte being handed to the socket */
  record(run: string, route: string, phase: string, ms: number, status: number): void {
    const series = this.seriesOf(run, route, phase);
    if (series.length === series.ms.length) grow(series);
    series.ms[series.length] = ms;
    series.status[series.length] = status;
    series.length++;
  }

  /** @param each with every single request too */
  of(run: string, each = false): { run: string; routes: TruthOfRoute[] } {
    const series = [...(this.runs.get(run)?.values() ?? [])];
    return { run, routes: series.map((one) => (each ? { ...summary(one), requests: requestsOf(one) } : summary(one))) };
  }

  clear(): void {
    this.runs.clear();
  }

  private seriesOf(run: string, route: string, phase: string): Series {
    let ofRun = this.runs.get(run);
    if (!ofRun) {
      if (this.runs.size >= MOST_RUNS) this.runs.delete(this.runs.keys().next().value!);
      ofRun = new Map();
      this.runs.set(run, ofRun);
    }
    const key = `${route}|${phase}`;
    let series = ofRun.get(key);
    if (!series) {
      series = { route, phase, length: 0, ms: new Float64Array(256), status: new Uint16Array(256) };
      ofRun.set(key, series);
    }
    return series;
  }
}

/** Linear interpolation between the closest ranks, as k6 does. @param sorted ascending @param share 0..1 */
export function percentile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const rank = share * (sorted.length - 1);
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  return low + (high - low) * (rank - Math.floor(rank));
}

function grow(series: Series): void {
  const ms = new Float64Array(series.ms.length * 2);
  ms.set(series.ms);
  const status = new Uint16Array(series.status.length * 2);
  status.set(series.status);
  series.ms = ms;
  series.status = status;
}

function summary(series: Series): TruthOfRoute {
  const ms = series.ms.slice(0, series.length);
  const byStatus: Record<string, number> = {};
  for (const status of series.status.subarray(0, series.length)) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const ok = ms.filter((_, index) => series.status[index]! < 400);
  return {
    route: series.route,
    phase: series.phase,
    count: series.length,
    byStatus,
    failed: series.length - ok.length,
    ms: percentilesOf(ms),
    msOk: percentilesOf(ok),
  };
}

function requestsOf({ ms, status, length }: Series): [number, number][] {
  return Array.from(ms.subarray(0, length), (value, index) => [value, status[index]!]);
}

function percentilesOf(values: Float64Array): Percentiles {
  values.sort();
  return {
    p50: percentile(values, 0.5),
    p90: percentile(values, 0.9),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
    max: values.at(-1) ?? 0,
  };
}
