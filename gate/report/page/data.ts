/**
 * What the page's charts are drawn from. The gate computes it from the timeline and embeds it as JSON; the page only
 * draws. Times are seconds since the run began; a value is null where nothing was seen.
 */
export type Series = (number | null)[];

export interface PhaseBand {
  phase: string;
  users: number;
  from: number;
  to: number;
}

/** All series at one resolution: every point covers `seconds`, from its time on. */
export interface Resolution {
  seconds: number;
  times: number[];
  users: Series;
  routes: {
    /** Requests sent each second. */
    rate: number[];
    /** ms. */
    p50: Series;
    p95: Series;
    p99: Series;
    /** Mean time of each `Server-Timing` part, ms. */
    parts: Series[];
    /** Mean of what no part explains, ms. */
    rest: Series;
  }[];
  /** Failures each second, by kind. */
  failures: number[][];
  /** Arrivals each second that found no free virtual user. */
  dropped: number[];
}

export interface Signal {
  signal: string;
  /** Who told it, where several did; else ''. */
  source: string;
  /** Shown in per cent when true. */
  ratio: boolean;
  times: number[];
  values: Series;
  /** Limit that a criterion sets, or null. */
  limit: number | null;
}

export interface Distribution {
  phase: string;
  route: number;
  requests: number;
  /** Share of the requests (0..1) in each bin; bins are those of PageData. */
  shares: number[];
}

/** One window of a route: how loaded it was, and how slow. */
export interface LoadPoint {
  phase: string;
  route: number;
  users: number;
  /** Requests each second. */
  rate: number;
  p95: number;
}

export interface PageData {
  /** Length of the run, s. */
  seconds: number;
  bands: PhaseBand[];
  /** The busiest first. */
  routes: string[];
  /** Successful requests of each route, over the whole run. */
  successes: number[];
  kinds: string[];
  /** Parts of each route, in the order of `Resolution.routes[].parts`. */
  parts: string[][];
  /** Percentile limits of the criteria, ms. */
  limits: { route: number; stat: string; ms: number }[];
  /** The finest first. */
  resolutions: Resolution[];
  /** Index of the resolution that a reader sees first. */
  resolution: number;
  /** Lower edges of the bins of all distributions, ms, evenly spaced on a log scale. */
  bins: number[];
  distributions: Distribution[];
  load: LoadPoint[];
  signals: Signal[];
  /** Shares of what the generator had, 0..1; `machine` is the CPU of all that runs there, null where it is unknown. */
  generator: { times: number[]; cpu: Series; memory: Series; machine: Series } | null;
}
