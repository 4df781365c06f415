/** Computes what comparison.html shows of distributions. */
import { HEADLINES } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import { binAt, binStart } from '../runs/samples/latency-bins.ts';
import type { ComparedDistribution, DistributionSide } from './page/comparison-data.ts';

export interface ComparedPlace {
  route: string;
  phase: string;
  distribution: ComparedDistribution;
}

/** Routes and phases of which both sides have distributions, in the order of HEADLINES. */
export function comparedPlaces({ old, new: fresh }: ComparisonFile): ComparedPlace[] {
  return HEADLINES.flatMap(({ id, route, phase }) => {
    const [before, now] = [countsOf(old, id), countsOf(fresh, id)];
    const bins = [...before.counts.keys(), ...now.counts.keys()];
    if (before.requests === 0 || now.requests === 0) return [];
    // One empty bin on either side, so that every curve begins and ends at nothing.
    const first = Math.min(...bins) - 1;
    const indexes = Array.from({ length: Math.max(...bins) - first + 2 }, (_, bin) => first + bin);
    const side = ({ counts, runs, requests }: Counts): DistributionSide => ({
      runs,
      requests,
      shares: indexes.map((bin) => Number(((counts.get(bin) ?? 0) / requests).toPrecision(4))),
    });
    return [{ route, phase, distribution: { bins: indexes.map(binStart), old: side(before), new: side(now) } }];
  });
}

interface Counts {
  /** Runs that have a distribution. */
  runs: number;
  requests: number;
  counts: Map<number, number>;
}

function countsOf(runs: readonly RunFigures[], headline: string): Counts {
  const distributions = runs.flatMap(
    ({ figures }) => figures.find((figure) => figure.headline === headline)?.distribution ?? [],
  );
  const having = runs.filter(({ figures }) => figures.some((each) => each.headline === headline && each.distribution));
  const counts = new Map<number, number>();
  for (const [fromMs, samples] of distributions) counts.set(binAt(fromMs), (counts.get(binAt(fromMs)) ?? 0) + samples);
  return { runs: having.length, requests: [...counts.values()].reduce((sum, samples) => sum + samples, 0), counts };
}
