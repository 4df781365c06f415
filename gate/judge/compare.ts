/**
 * Did it get slower? Runs against runs, with a false-alarm rate that is known.
 *
 * The run is the unit of evidence: seconds inside one run share its machine, its caches and its luck, and counting them
 * as independent makes half of all identical pairs "differ". So each run gives one value per headline figure, and the
 * spread between runs is what a change is held against.
 *
 * Each figure is compared on its scale (scale.ts). Old and new runs share one pooled spread, so that a single new run
 * can be compared too.
 *
 * - **equivalent** comes first: both one-sided 95 % tests put the change inside the margin (TOST). What is surely small is
 *   no alarm, however surely it is there: the margin is the noise floor.
 * - **regressed**, **improved**: the interval lies wholly on one side of no change. It is so wide that of 1,000 comparisons
 *   of identical versions at most 35 claim a regression of any figure, and 5 an improvement (family.ts): 4 % in all, so
 *   that a thousand trials stay within 5 %. An overlooked regression costs more than an overlooked improvement, so its
 *   side of the interval is the shorter one.
 * - **inconclusive**: everything else, with the smallest change that these runs would have found 95 times in 100.
 */
import { HEADLINES, type Headline } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { Change, ChangeVerdict, Comparison } from '../../src/wire/comparison-file.ts';
import type { TestName } from '../../src/workloads.ts';
import { type Setup, setupDifferences } from './baseline.ts';
import { familyCriticalValues } from './family.ts';
import { levelOf, meanOf, onScale, scaleOf, squaresOf } from './scale.ts';
import { detectableEffect, studentQuantile } from './student.ts';

/** Share of comparisons of identical versions that may claim a change of either kind. */
const FALSE_CLAIMS = { regressed: 0.035, improved: 0.005 } as const;
/** How surely the smallest detectable change is found. */
export const POWER = 0.95;
/** Chance of calling a change equivalent that isn't, per figure. */
const EQUIVALENCE_ERROR = 0.05;
/** A change of this ratio or less is nobody's concern. */
const DEFAULT_MARGIN = 0.1;
/** The same for failures, in shares: 0.2 points, a tenth of what may fail at peak load. */
const FAILURE_MARGIN = 0.002;
/** No pair of runs agrees better than that: clocks, interpolation. In logarithms, so half a per cent. */
const LEAST_SPREAD = 0.005;
/** Fewer say nothing about the spread between runs. */
export const FEWEST_BASELINE_RUNS = 3;

/** Runs that were made alike. */
export interface Side extends Setup {
  runs: readonly RunFigures[];
}

/**
 * @param margin ratio (0.1 is 10 %) up to which latencies and throughput count as unchanged
 * @returns `refused` with one plain sentence when the runs can't be compared
 */
export function compare(
  test: TestName,
  old: Side,
  now: Side,
  margin = DEFAULT_MARGIN,
): Comparison | { refused: string } {
  const refused = whyRefused(old, now);
  if (refused) return { refused };
  const headlines = HEADLINES.filter((headline) => headline.test === test).filter(({ id }) =>
    [...old.runs, ...now.runs].some(({ figures }) => figures.some((figure) => figure.headline === id)),
  );
  const contrasts = headlines.map((headline) => contrastOf(headline, old.runs, now.runs, margin));
  const tested = contrasts.filter((contrast) => contrast !== null);
  const critical = criticalOf(tested);
  const alone = tested.map(aloneOf);
  const criticalAlone = criticalOf(alone);
  const changes = tested.map((contrast, index) => ({
    ...changeOf(contrast, critical),
    detectableAlone: detectableIn(alone[index]!, criticalAlone),
  }));
  return {
    test,
    oldRuns: old.runs.length,
    newRuns: now.runs.length,
    verdict: verdictOfAll(changes),
    changes,
    missing: headlines.filter((_, index) => contrasts[index] === null).map(({ id }) => id),
  };
}

function whyRefused(old: Side, now: Side): string | undefined {
  if (old.runs.length < FEWEST_BASELINE_RUNS) {
    return `The baseline has ${old.runs.length} of at least ${FEWEST_BASELINE_RUNS} runs: fewer don't tell how much runs differ by themselves.`;
  }
  if (now.runs.length === 0) return 'There is no new run to compare.';
  const differences = setupDifferences(old, now);
  return differences.length > 0 ? `The runs can't be compared: ${differences.join('; ')}.` : undefined;
}

/** Too little evidence for any figure is never "nothing got worse". */
function verdictOfAll(changes: readonly Change[]): ChangeVerdict {
  const worstFirst: ChangeVerdict[] = ['regressed', 'inconclusive', 'improved'];
  if (changes.length === 0) return 'inconclusive';
  return worstFirst.find((verdict) => changes.some((change) => change.verdict === verdict)) ?? 'equivalent';
}

/** One figure, old against new, on the scale it is tested on. */
export interface Contrast {
  headline: Headline;
  old: readonly number[];
  new: readonly number[];
  /** No pair of runs is taken to agree better than that. */
  leastSpread: number;
  /** New less old. */
  difference: number;
  /** Standard error of the difference. */
  error: number;
  df: number;
  /** How far the difference may go up and still be within the margin; downwards it is the same. */
  margin: number;
  /** Room, in errors, that an equivalent figure keeps to the margin. */
  room: number;
}

/** How many errors the difference must reach to be claimed, in either direction. */
export interface Critical {
  worse: number;
  better: number;
}

/** @returns null when a run doesn't have the figure */
export function contrastOf(
  headline: Headline,
  oldRuns: readonly RunFigures[],
  newRuns: readonly RunFigures[],
  margin = DEFAULT_MARGIN,
): Contrast | null {
  const old = oldRuns.map((run) => onScale(headline, run));
  const fresh = newRuns.map((run) => onScale(headline, run));
  if ([...old, ...fresh].some(Number.isNaN)) return null;
  const failures = headline.stat === 'failures';
  const leastSpread = failures ? countingSpread(headline, [...oldRuns, ...newRuns]) : LEAST_SPREAD;
  return contrastOn({ headline, old, new: fresh, leastSpread, margin: failures ? FAILURE_MARGIN : Math.log1p(margin) });
}

function contrastOn(given: Pick<Contrast, 'headline' | 'old' | 'new' | 'leastSpread' | 'margin'>): Contrast {
  const { old, new: fresh, leastSpread } = given;
  const df = old.length + fresh.length - 2;
  const pooled = Math.sqrt((squaresOf(old) + squaresOf(fresh)) / df);
  return {
    ...given,
    difference: meanOf(fresh) - meanOf(old),
    error: Math.max(pooled, leastSpread) * Math.sqrt(1 / old.length + 1 / fresh.length),
    df,
    room: studentQuantile(1 - EQUIVALENCE_ERROR, df),
  };
}

/** As if a single new run had come out like the old ones. */
function aloneOf(contrast: Contrast): Contrast {
  return contrastOn({ ...contrast, new: [meanOf(contrast.old)] });
}

/** For all these figures together. */
export function criticalOf(contrasts: readonly Contrast[]): Critical {
  if (contrasts.length === 0) return { worse: Number.POSITIVE_INFINITY, better: Number.POSITIVE_INFINITY };
  const figures = contrasts.map((contrast) => {
    const { worse } = scaleOf(contrast.headline);
    return { ...contrast, values: [...contrast.old, ...contrast.new].map((value) => worse * value) };
  });
  const old = contrasts[0]!.old.length;
  const [worse, better] = familyCriticalValues(figures, old, [FALSE_CLAIMS.regressed, FALSE_CLAIMS.improved]);
  return { worse: worse!, better: better! };
}

/** The difference from which on a change is claimed: it excludes zero, and is not surely inside the margin. */
export function claimedFrom({ error, margin, room }: Contrast, critical: number): number {
  return Math.max(critical * error, margin - room * error);
}

/** How much worse the new runs are, on the figure's scale. */
export function worsening({ headline, difference }: Contrast): number {
  return scaleOf(headline).worse * difference;
}

function changeOf(contrast: Contrast, critical: Critical): Omit<Change, 'detectableAlone'> {
  const { headline, difference, error, margin } = contrast;
  const { change, worse } = scaleOf(headline);
  const [below, above] = worse > 0 ? [critical.worse, critical.better] : [critical.better, critical.worse];
  return {
    headline: headline.id,
    stat: headline.stat,
    old: levelOf(headline, contrast.old),
    new: levelOf(headline, contrast.new),
    change: change(difference),
    interval: { low: change(difference - below * error), high: change(difference + above * error) },
    verdict: verdictOf(contrast, critical),
    detectable: detectableIn(contrast, critical),
    margin: change(margin),
  };
}

/** The smallest worsening that is found with POWER, as people read it. */
function detectableIn(contrast: Contrast, critical: Critical): number {
  const { headline, error, df } = contrast;
  const { change, worse } = scaleOf(headline);
  const threshold = (u: number) => claimedFrom({ ...contrast, error: error * u }, critical.worse) / error;
  return Math.abs(change(worse * detectableEffect(POWER, df, threshold) * error));
}

function verdictOf(contrast: Contrast, critical: Critical): ChangeVerdict {
  const worse = worsening(contrast);
  if (worse > claimedFrom(contrast, critical.worse)) return 'regressed';
  if (-worse > claimedFrom(contrast, critical.better)) return 'improved';
  return Math.abs(worse) + contrast.room * contrast.error < contrast.margin ? 'equivalent' : 'inconclusive';
}

/** Shares of counts can't agree better between runs than counting lets them: none failed of 1,000 is not exactly 0. */
function countingSpread({ id }: Headline, runs: readonly RunFigures[]): number {
  const figures = runs.map((run) => run.figures.find((figure) => figure.headline === id)!);
  const seen = figures.reduce((sum, figure) => sum + figure.seen, 0);
  const failed = figures.reduce((sum, figure) => sum + (figure.value ?? 0) * figure.seen, 0);
  const share = (failed + 1) / (seen + 2);
  return Math.sqrt((share * (1 - share) * runs.length) / seen);
}
