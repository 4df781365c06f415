/** Users come back about every 18 s: what comes early in one block of 5 s is missing in one of the next. */
const LAGS = 3;
/** Those who come back evenly spread less than at random, but never less than this of it. */
const LEAST_SHARE = 0.15;

/** Standard error of the mean of values that hang together (Newey and West, 1987). */
export function errorOfMean(values: readonly number[], mean: number): number {
  const covariance = (lag: number) =>
    values.slice(lag).reduce((sum, value, index) => sum + (value - mean) * (values[index]! - mean), 0) / values.length;
  const alone = covariance(0);
  let together = alone;
  for (let lag = 1; lag <= LAGS; lag++) together += 2 * (1 - lag / (LAGS + 1)) * covariance(lag);
  return Math.sqrt(Math.max(together, LEAST_SHARE * alone) / values.length);
}
