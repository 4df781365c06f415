/**
 * Decisions that may be asked for at any moment. Looking at the binomial rule every second until it says something would
 * be wrong far more often than its confidence promises; these are not.
 */
import { binomialAtLeast, binomialAtMost, binomialProbability } from './intervals.ts';
import { meanOf, squaresOf } from './scale.ts';
import { studentQuantile } from './student.ts';

export type Decision = 'holds' | 'breaks' | 'undecided';

/**
 * Whether the share over the limit is below `allowed` or above it, from the counts so far. However often it is asked
 * during one measurement, each answer is wrong with probability 1 - confidence at most.
 *
 * The evidence is a likelihood ratio, averaged evenly over all shares below (or above) `allowed`, against `allowed`
 * itself. Under the other side it is a supermartingale, so by Ville's inequality it ever exceeds 1 / (1 - confidence)
 * with probability 1 - confidence. The price is small: with none over, 5 % at 0.99 takes 126 samples instead of 90.
 */
export function decideSoFar(allowed: number, over: number, seen: number, confidence: number): Decision {
  const here = (seen + 1) * binomialProbability(over, seen, allowed);
  const below = binomialAtLeast(over + 1, seen + 1, allowed) / allowed;
  const above = binomialAtMost(over, seen + 1, allowed) / (1 - allowed);
  const enough = here / (1 - confidence);
  if (below >= enough && over < allowed * seen) return 'holds';
  return above >= enough && over > allowed * seen ? 'breaks' : 'undecided';
}

/** One second of a measurement. */
export interface LoadSecond {
  /** Requests that were under way. */
  inFlight: number;
  /** Mean of those that ended, ms. */
  latencyMs: number;
}

const LEAST_SECONDS = 60;
const BLOCK_SECONDS = 5;
const FEWEST_BLOCKS = 6;
/** Growth over the window, against its mean: from a half to three halves, which nothing near its capacity gets over. */
const GROWTH = 1;

/**
 * Plain overload: requests under way and their latency both keep growing, so the target takes in more than it gets done.
 * Either alone can be chance or a slow start. The last minute is looked at, or the later half of what is longer: in three
 * minutes near its capacity a target has a minute that looks like that, and recovers. In means of 5 s, since neighbouring
 * seconds say the same thing twice.
 */
export function isOverloaded(seconds: readonly LoadSecond[]): boolean {
  const window = seconds.slice(-Math.max(LEAST_SECONDS, Math.ceil(seconds.length / 2)));
  const blocks = Math.floor(window.length / BLOCK_SECONDS);
  if (blocks < FEWEST_BLOCKS) return false;
  const recent = window.slice(-blocks * BLOCK_SECONDS);
  const grows = (value: (second: LoadSecond) => number) => {
    const means = Array.from({ length: blocks }, (_, block) =>
      meanOf(recent.slice(block * BLOCK_SECONDS, (block + 1) * BLOCK_SECONDS).map(value)),
    );
    return keepsGrowing(means);
  };
  return grows(({ inFlight }) => inFlight) && grows(({ latencyMs }) => latencyMs);
}

/** The slope of a straight line is surely above zero (0.99), and adds up to something. */
function keepsGrowing(values: readonly number[]): boolean {
  const places = values.map((_, index) => index);
  const [middle, mean] = [meanOf(places), meanOf(values)];
  const squares = squaresOf(places);
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / squares;
  const unexplained = Math.max(0, squaresOf(values) - slope * slope * squares);
  const error = Math.sqrt(unexplained / (values.length - 2) / squares);
  return slope > studentQuantile(0.99, values.length - 2) * error && slope * (values.length - 1) > GROWTH * mean;
}
