/**
 * How far comparisons on this target can be trusted, found out from runs of one and the same version: how much they
 * differ by themselves, how often a comparison of two such groups would raise an alarm, and what it would not see.
 */
import { HEADLINES, type Headline } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { TestName } from '../../src/workloads.ts';
import { claimedFrom, contrastOf, criticalOf, FEWEST_BASELINE_RUNS, POWER, worsening } from './compare.ts';
import { shareInterval } from './intervals.ts';
import { normal, seeded } from './random.ts';
import { deviationOf, meanOf, onScale, scaleOf } from './scale.ts';

const DRAWS = 500;

export interface HeadlineSpread {
  headline: string;
  /** Standard deviation between runs: relative; for failures a share. */
  spread: number;
  /** Smallest change for the worse that is found in POWER of the draws: relative; for failures a share. */
  detectable: number;
}

export interface SelfCheck {
  runs: number;
  /** Runs on each side of the comparisons that were tried. */
  old: number;
  new: number;
  /** drawn: real runs, dealt out anew each time; simulated: too few for that, so normal runs of the same spread. */
  source: 'drawn' | 'simulated';
  comparisons: number;
  /** Comparisons that claimed any change between runs of one version. */
  alarms: number;
  /** Two-sided 95 % interval of the false-alarm rate, 0..1; drawn comparisons share runs, so it is then too narrow. */
  alarmRate: { low: number; high: number };
  headlines: HeadlineSpread[];
}

/**
 * @param runs of one version and configuration, invalid ones left out
 * @param sizes of the comparisons to try, old and new
 * @returns `refused` with one plain sentence when the runs are too few
 */
export function selfCheck(
  test: TestName,
  runs: readonly RunFigures[],
  sizes: { old: number; new: number },
): SelfCheck | { refused: string } {
  if (runs.length < FEWEST_BASELINE_RUNS) {
    return {
      refused: `A self-check needs at least ${FEWEST_BASELINE_RUNS} runs of one version, and there are ${runs.length}.`,
    };
  }
  const headlines = HEADLINES.filter((headline) => headline.test === test).filter((headline) =>
    runs.every((run) => !Number.isNaN(onScale(headline, run))),
  );
  const drawn = runs.length >= sizes.old + sizes.new;
  const draw = drawn ? dealing(runs) : simulating(headlines, runs);
  // How much worse the new runs would have had to be to be called regressed, on the figure's scale.
  const needed: number[][] = headlines.map(() => []);
  let alarms = 0;
  for (let trial = 0; trial < DRAWS; trial++) {
    const some = draw(sizes.old + sizes.new);
    const contrasts = headlines.map(
      (headline) => contrastOf(headline, some.slice(0, sizes.old), some.slice(sizes.old))!,
    );
    const critical = criticalOf(contrasts);
    const claims = contrasts.map((contrast) => ({
      worse: worsening(contrast),
      regressedFrom: claimedFrom(contrast, critical.worse),
      improvedFrom: claimedFrom(contrast, critical.better),
    }));
    if (claims.some(({ worse, regressedFrom, improvedFrom }) => worse > regressedFrom || -worse > improvedFrom))
      alarms++;
    claims.forEach(({ worse, regressedFrom }, index) => {
      needed[index]!.push(regressedFrom - worse);
    });
  }
  return {
    runs: runs.length,
    ...sizes,
    source: drawn ? 'drawn' : 'simulated',
    comparisons: DRAWS,
    alarms,
    alarmRate: shareInterval(alarms, DRAWS, 0.975),
    headlines: headlines.map((headline, index) => {
      const { change, worse } = scaleOf(headline);
      const detectable = needed[index]!.sort((a, b) => a - b)[Math.ceil(POWER * DRAWS) - 1]!;
      return {
        headline: headline.id,
        spread: change(deviationOf(runs.map((run) => onScale(headline, run)))),
        detectable: Math.abs(change(worse * detectable)),
      };
    }),
  };
}

/** Real runs in random order, none twice. */
function dealing(runs: readonly RunFigures[]): (count: number) => RunFigures[] {
  const random = seeded(1);
  return (count) => {
    const left = [...runs];
    return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
  };
}

/**
 * Runs that never were: the mean plus a random mix of the real deviations, on the figures' scales, so that spread and
 * correlation of the figures are those of the real runs.
 */
function simulating(headlines: readonly Headline[], runs: readonly RunFigures[]): (count: number) => RunFigures[] {
  const random = seeded(1);
  const columns = headlines.map((headline) => {
    const values = runs.map((run) => onScale(headline, run));
    const mean = meanOf(values);
    return { headline, mean, deviations: values.map((value) => value - mean), seen: seenOf(headline, runs) };
  });
  return (count) =>
    Array.from({ length: count }, () => {
      const weights = runs.map(() => normal(random) / Math.sqrt(runs.length - 1));
      const figures = columns.map(({ headline, mean, deviations, seen }) => {
        const mixed = deviations.reduce((sum, deviation, index) => sum + weights[index]! * deviation, mean);
        const value = scaleOf(headline).value(mixed);
        return { headline: headline.id, value: headline.stat === 'failures' ? Math.max(0, value) : value, seen };
      });
      return { ...runs[0]!, figures };
    });
}

function seenOf({ id }: Headline, runs: readonly RunFigures[]): number {
  return meanOf(runs.map((run) => run.figures.find(({ headline }) => headline === id)?.seen ?? 0));
}
