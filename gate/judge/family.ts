/**
 * How sure a change of one headline figure must be when several are looked at. The figures of a run move together (a slow
 * minute slows p50 and p95 alike), and those that spread far less than the margin never raise an alarm. Bonferroni and
 * Holm know neither, and would ask for more than is needed.
 */
import { normal, seeded } from './random.ts';
import { meanOf } from './scale.ts';
import { studentQuantile } from './student.ts';

const ROTATIONS = 10_000;

/** One figure as it is tested: on a scale that rises as things get worse. */
export interface Tested {
  /** Old runs, then new ones. */
  values: readonly number[];
  /** The spread between runs is taken to be at least this. */
  leastSpread: number;
  /** What is surely inside the margin is not claimed: the difference must exceed margin - room x error. */
  margin: number;
  room: number;
}

/**
 * How many standard errors a difference must reach to be claimed, so that of comparisons in which nothing changed only
 * this share claims anything; by rotation (Langsrud, "Rotation tests", Statistics and Computing 2005). Turning the runs
 * around their mean at random keeps the spread and the correlation of the figures and forgets which run was old and which
 * was new. It is exact for normal figures however they correlate, and works for a single new run, where permutations are
 * too few. Turned by half a circle everything changes its sign: what holds for worse holds for better.
 * @param old how many of the values are old runs
 * @param shares 0..1
 * @returns a number of standard errors per share; never less than for one figure without a margin
 */
export function familyCriticalValues(figures: readonly Tested[], old: number, shares: readonly number[]): number[] {
  const runs = figures[0]!.values.length;
  const df = runs - 2;
  const perSpread = Math.sqrt(1 / old + 1 / (runs - old));
  const centred = figures.map((figure) => ({ ...figure, ...directionOf(figure.values) }));
  const largest = rotationsOf(runs)
    .map((rotation) => centred.reduce((most, figure) => Math.max(most, claimStrength(figure, rotation)), 0))
    .sort((a, b) => a - b);
  return shares.map((share) =>
    Math.max(largest[Math.ceil((1 - share) * ROTATIONS) - 1]!, studentQuantile(1 - share, df)),
  );

  /** The difference in standard errors, or 0 where the margin forbids to claim it. */
  function claimStrength(
    { direction, length, leastSpread, margin, room }: Centred,
    rotation: readonly number[],
  ): number {
    const cosine = product(direction, rotation);
    const difference = perSpread * length * cosine;
    const spread = length * Math.sqrt((1 - cosine * cosine) / df);
    const error = perSpread * Math.max(spread, leastSpread);
    return difference > margin - room * error ? difference / error : 0;
  }
}

interface Centred extends Tested {
  /** Deviations from the mean, scaled to length 1. */
  direction: readonly number[];
  length: number;
}

function directionOf(values: readonly number[]): { direction: number[]; length: number } {
  const mean = meanOf(values);
  const deviations = values.map((value) => value - mean);
  const length = Math.sqrt(product(deviations, deviations));
  return { direction: deviations.map((deviation) => (length > 0 ? deviation / length : 0)), length };
}

function product(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

/** By number of runs: they are the same in every comparison, so they are drawn once. */
const rotations = new Map<number, number[][]>();

function rotationsOf(runs: number): number[][] {
  const known = rotations.get(runs);
  if (known) return known;
  const random = seeded(1);
  const drawn = Array.from(
    { length: ROTATIONS },
    () => directionOf(Array.from({ length: runs }, () => normal(random))).direction,
  );
  rotations.set(runs, drawn);
  return drawn;
}
