/** Bins of durations that are evenly spaced on a logarithmic scale: what distributions are drawn from. */
import type { Latencies } from './timeline-histogram.ts';

const BINS_PER_DECADE = 20;
/** Shorter counts as this long: the scale has no zero. */
const SHORTEST_MS = 0.001;

/** How many of the recorded durations lie in each bin; empty bins are left out. */
export function countsByBin(latencies: Latencies): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [ms, count] of latencies.recorded()) {
    const bin = Math.floor(Math.log10(Math.max(ms, SHORTEST_MS)) * BINS_PER_DECADE);
    counts.set(bin, (counts.get(bin) ?? 0) + count);
  }
  return counts;
}

/** Where a bin begins, ms, to four digits. */
export function binStart(bin: number): number {
  return Number((10 ** (bin / BINS_PER_DECADE)).toPrecision(4));
}

/** The bin that begins there. */
export function binAt(startMs: number): number {
  return Math.round(Math.log10(startMs) * BINS_PER_DECADE);
}
