/**
 * Exact binomial statistics on counts: `over` of `seen` samples. Nothing here is approximated by a normal curve, so a
 * handful of samples is treated as fairly as ten million.
 */

/** ln(n!) minus Stirling's formula, by its series; exact factorials where the series is too short. */
function stirlingError(n: number): number {
  if (n < 16) {
    let logFactorial = 0;
    for (let factor = 2; factor <= n; factor++) logFactorial += Math.log(factor);
    return n === 0 ? 0 : logFactorial - ((n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI));
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n;
}

/** x ln(x / mean) + mean - x, without the cancellation near x = mean. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) > 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    term *= v * v;
    const next = sum + term / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * P(X = k) for X ~ Bin(n, p), by C. Loader's saddle-point form ("Fast and Accurate Computation of Binomial
 * Probabilities", 2000): the textbook product of logarithms loses seven digits at n = 1e7.
 */
export function binomialProbability(k: number, n: number, p: number): number {
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** Sum of the terms from k downwards, or upwards: they shrink by the ratio of neighbours, so it ends soon. */
function tail(k: number, n: number, p: number, step: -1 | 1): number {
  const odds = p / (1 - p);
  let term = binomialProbability(k, n, p);
  let sum = term;
  for (let at = k; term > sum * 1e-17 && (step < 0 ? at > 0 : at < n); at += step) {
    term *= step < 0 ? at / ((n - at + 1) * odds) : ((n - at) * odds) / (at + 1);
    sum += term;
  }
  return Math.min(1, sum);
}

/** P(X <= k) for X ~ Bin(n, p). Always the smaller tail is summed, so that neither loses digits. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  return k < n * p ? tail(k, n, p, -1) : 1 - tail(k + 1, n, p, 1);
}

/** P(X >= k) for X ~ Bin(n, p). */
export function binomialAtLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  return k > n * p ? tail(k, n, p, 1) : 1 - tail(k - 1, n, p, -1);
}

/** Where a function that rises from below 0 at `low` to above 0 at `high` crosses 0. */
function crossing(rising: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (;;) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to || to - from < 1e-14 * to) return middle;
    if (rising(middle) < 0) from = middle;
    else to = middle;
  }
}

/**
 * Clopper–Pearson: the share behind `over` of `seen`, 0..1. Each bound by itself holds with `confidence` (one-sided);
 * without samples nothing is known.
 */
export function shareInterval(over: number, seen: number, confidence: number): { low: number; high: number } {
  const alpha = 1 - confidence;
  if (seen === 0) return { low: 0, high: 1 };
  const share = over / seen;
  return {
    low: over === 0 ? 0 : crossing((p) => binomialAtLeast(over, seen, p) - alpha, 0, share),
    high: over === seen ? 1 : crossing((p) => alpha - binomialAtMost(over, seen, p), share, 1),
  };
}

/**
 * Whether `over` of `seen` shows with `confidence` that less than `allowed` (0..1) of all requests are over the limit.
 * It is the rule of MLPerf's early stopping, I(1 - allowed; seen - over, over + 1) <= 1 - confidence, and the same as
 * the Clopper–Pearson upper bound being at most `allowed`.
 */
export function showsLessThan(allowed: number, over: number, seen: number, confidence: number): boolean {
  return seen > 0 && binomialAtMost(over, seen, allowed) <= 1 - confidence;
}

/** Fewest samples that show less than `allowed` over the limit when `over` of them are. */
export function samplesNeeded(allowed: number, over: number, confidence: number): number {
  return firstFrom(over + 1, (seen) => showsLessThan(allowed, over, seen, confidence));
}

/**
 * About how many samples would show less than `allowed` over the limit if `share` of them were over, to two digits;
 * null beyond ten million. `share` is below `allowed`.
 */
export function samplesToSettle(allowed: number, share: number, confidence: number): number | null {
  const shows = (seen: number) => showsLessThan(allowed, Math.round(share * seen), seen, confidence);
  const enough = firstFrom(1, (seen) => seen > 1e7 || shows(seen));
  return enough > 1e7 ? null : Number(enough.toPrecision(2));
}

/** Smallest whole number from `least` on at which a condition begins to hold for good. */
function firstFrom(least: number, holds: (n: number) => boolean): number {
  if (holds(least)) return least;
  let [before, from] = [least, least * 2];
  while (!holds(from)) [before, from] = [from, from * 2];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (holds(middle)) from = middle;
    else before = middle;
  }
  return from;
}
