/** Statistics that a few wild values don't move. */

/** @param values at least one */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the two nearest. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const from = sorted[below]!;
  const to = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return from + (place - below) * (to - from);
}

/**
 * How far the loaded values lie from the calm ones, in interquartile ranges of the calm ones: the score of BARO (FSE
 * 2024), with medians on both sides. What hardly varied at all, or was hardly looked at, would move by a thousand ranges:
 * a tenth of the median and the least difference that means anything are the smallest range.
 * @param least in the values' unit
 */
export function robustShift(calm: readonly number[], loaded: readonly number[], least: number): number {
  const before = median(calm);
  const range = quantile(calm, 0.75) - quantile(calm, 0.25);
  return (median(loaded) - before) / Math.max(range, 0.1 * Math.abs(before), least);
}
