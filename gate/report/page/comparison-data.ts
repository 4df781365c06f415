/** What the charts of comparison.html are drawn from; the gate embeds it as JSON. */

export interface ComparedDistribution {
  /** Lower edges of the bins, ms, evenly spaced on a log scale; the first and the last bin are empty. */
  bins: number[];
  old: DistributionSide;
  new: DistributionSide;
}

export interface DistributionSide {
  runs: number;
  requests: number;
  /** Share of the requests (0..1) in each bin. */
  shares: number[];
}

/** One a chart, in the order of the page. */
export type ComparisonData = ComparedDistribution[];
