import { HEADLINES } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { TestName } from '../../src/workloads.ts';
import { inColumns } from '../judge/columns.ts';
import { spreadText, worseBy } from '../judge/comparison-lines.ts';
import { count, percent } from '../judge/figures.ts';
import { type SelfCheck, selfCheck } from '../judge/selfcheck.ts';

/** Comparisons that are tried, old and new runs. */
const SIZES = [
  { old: 5, new: 5 },
  { old: 5, new: 1 },
] as const;

/** What comparisons on this target are worth, for a terminal. */
export function selfCheckLines(test: TestName, runs: readonly RunFigures[]): string[] | { refused: string } {
  const checks: SelfCheck[] = [];
  for (const sizes of SIZES) {
    const check = selfCheck(test, runs, sizes);
    if ('refused' in check) return check;
    checks.push(check);
  }
  const [first] = checks;
  return [
    `${test}: ${count(runs.length)} runs of one version`,
    ...inColumns([
      ['', 'spread', ...SIZES.map((sizes) => `seen by ${sizesText(sizes)}`)],
      ...first!.headlines.map(({ headline, spread }, index) => {
        const { stat } = HEADLINES.find(({ id }) => id === headline)!;
        const seen = checks.map(({ headlines }) => worseBy(stat, headlines[index]!.detectable));
        return [headline, `± ${spreadText(stat, spread)}`, ...seen];
      }),
    ]),
    '',
    ...checks.map(alarmLine),
    'Seen: the smallest change for the worse that 95 of 100 comparisons find.',
  ];
}

function alarmLine({ alarms, comparisons, alarmRate: { low, high }, source, ...sizes }: SelfCheck): string {
  const how =
    source === 'drawn' ? 'dealt out of these runs' : 'of runs simulated from these, which are too few to deal out';
  return `False alarms of ${sizesText(sizes)}: ${count(alarms)} of ${count(comparisons)} comparisons ${how}, ${percent(alarms / comparisons)} (${percent(low)} to ${percent(high)}).`;
}

function sizesText({ old, new: fresh }: { old: number; new: number }): string {
  return `${old} v ${fresh}`;
}
