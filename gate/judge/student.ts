/** Student's t for whole degrees of freedom, and the power of a test on it. */

/** P(T <= t), by the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4: exact, and short for few runs. */
export function studentCdf(t: number, df: number): number {
  const angle = Math.atan(t / Math.sqrt(df));
  const square = Math.cos(angle) ** 2;
  let term = df % 2 === 1 ? Math.cos(angle) : 1;
  let sum = df === 1 ? 0 : term;
  for (let k = df % 2 === 1 ? 3 : 2; k < df; k += 2) {
    term *= ((k - 1) / k) * square;
    sum += term;
  }
  const within = df % 2 === 1 ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return 0.5 + within / 2;
}

/** The t that T stays below with probability `p` (0.5 < p < 1). */
export function studentQuantile(p: number, df: number): number {
  return crossing((t) => studentCdf(t, df) - p, 1);
}

/**
 * The effect, in standard errors, that is found with probability `power` when an estimate is found from `threshold(u)`
 * on. u is how far the estimated spread is off the true one (sqrt of chi-squared over df).
 */
export function detectableEffect(power: number, df: number, threshold: (u: number) => number): number {
  const steps = Array.from({ length: 200 }, (_, index) => ((index + 0.5) / 200) * (1 + 5 / Math.sqrt(df)));
  const weights = steps.map((u) => Math.exp((df - 1) * Math.log(u) - (df * u * u) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const found = (effect: number) =>
    steps.reduce((sum, u, index) => sum + weights[index]! * normalCdf(effect - threshold(u)), 0) / total;
  return crossing((effect) => found(effect) - power, 1);
}

/** P(Z <= z), to 7.5e-8 (Abramowitz and Stegun 26.2.17). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z < 0 ? upper : 1 - upper;
}

/** Where a function that rises from 0 on crosses 0; `guess` only starts the search. */
function crossing(rising: (x: number) => number, guess: number): number {
  let [low, high] = [0, guess];
  while (rising(high) < 0) [low, high] = [high, high * 2];
  while (high - low > 1e-10 * high) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}
