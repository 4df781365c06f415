/**
 * The scale on which a headline figure is compared. Latencies and throughput by their logarithms: twice as slow is as far
 * as twice as fast, and runs spread by a ratio. Failures as the shares they are: they may be zero.
 */
import type { Headline } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { Level } from '../../src/wire/comparison-file.ts';

export interface Scale {
  /** From the figure's unit onto the scale. */
  of(value: number): number;
  /** Back into the figure's unit. */
  value(onScale: number): number;
  /** A difference on the scale as people read it: 0.2 is 20 % more; for failures the difference of the shares. */
  change(difference: number): number;
  /** The direction that is bad. */
  worse: 1 | -1;
}

const RATIO = { of: Math.log, value: Math.exp, change: Math.expm1 };
const SHARE = { of: same, value: same, change: same };

export function scaleOf({ stat }: Headline): Scale {
  if (stat === 'failures') return { ...SHARE, worse: 1 };
  return { ...RATIO, worse: stat === 'throughput' ? -1 : 1 };
}

/** The figure of a run on its scale; NaN where the run doesn't have it. */
export function onScale(headline: Headline, run: RunFigures): number {
  const value = run.figures.find((figure) => figure.headline === headline.id)?.value ?? Number.NaN;
  const scaled = scaleOf(headline).of(value);
  return Number.isFinite(scaled) ? scaled : Number.NaN;
}

/** Where the runs lie, and how far they lie apart. @param values on the figure's scale, at least one */
export function levelOf(headline: Headline, values: readonly number[]): Level {
  const { value, change } = scaleOf(headline);
  return {
    center: value(meanOf(values)),
    spread: values.length > 1 ? change(deviationOf(values)) : null,
    runs: values.length,
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sum of the squared deviations from the mean. */
export function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Standard deviation of a sample of at least two. */
export function deviationOf(values: readonly number[]): number {
  return Math.sqrt(squaresOf(values) / (values.length - 1));
}

function same(value: number): number {
  return value;
}
