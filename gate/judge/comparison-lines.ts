/**
 * A comparison as lines of text, in the manner of Go's benchstat: old ± spread, new ± spread, change, number of runs. `~`
 * stands where no change is claimed.
 */
import type { Change, Comparison, Level } from '../../src/wire/comparison-file.ts';
import { inColumns } from './columns.ts';
import { digits, duration, percent } from './figures.ts';

/** One line a figure, in columns, under a line of headings. */
export function comparisonLines({ changes, missing, newRuns }: Comparison): string[] {
  const columns = newRuns > 1 ? COLUMNS : COLUMNS.filter(({ title }) => title !== ALONE);
  const rows = [columns.map(({ title }) => title), ...changes.map((change) => columns.map(({ cell }) => cell(change)))];
  return [...inColumns(rows), ...missing.map((headline) => `${headline}  not in every run, so not compared`)];
}

const ALONE = 'one run would have';

const COLUMNS: readonly { title: string; cell: (change: Change) => string }[] = [
  { title: '', cell: ({ headline }) => headline },
  { title: 'old', cell: (change) => levelText(change.stat, change.old) },
  { title: 'new', cell: (change) => levelText(change.stat, change.new) },
  { title: 'change', cell: changeText },
  { title: 'runs', cell: (change) => `${change.old.runs}+${change.new.runs}` },
  { title: '', cell: ({ verdict }) => verdict },
  { title: 'would have seen', cell: ({ stat, detectable }) => worseBy(stat, detectable) },
  { title: ALONE, cell: ({ stat, detectableAlone }) => worseBy(stat, detectableAlone) },
];

/** `+30 % (+22 % to +41 %)`; a tilde stands for a change that isn't claimed. */
export function changeText(change: Change): string {
  return `${claimText(change)} (${intervalText(change)})`;
}

/** `+30 %`, or a tilde where no change is claimed. */
export function claimText({ stat, change, verdict }: Change): string {
  return verdict === 'regressed' || verdict === 'improved' ? signed(stat, change) : '~';
}

/** `+22 % to +41 %` */
export function intervalText({ stat, interval: { low, high } }: Change): string {
  return `${signed(stat, low)} to ${signed(stat, high)}`;
}

/** A change for the worse: `+12.3 %`, `+0.4 points`; of throughput `-5 %`. */
export function worseBy(stat: Change['stat'], change: number): string {
  return `${stat === 'throughput' ? '-' : '+'}${amount(stat, change)}`;
}

/** `2.7 s ± 3.1 %` */
export function levelText(stat: Change['stat'], { center, spread }: Level): string {
  const value = valueText(stat, center);
  return spread === null ? value : `${value} ± ${spreadText(stat, spread)}`;
}

/** A value in the unit of its statistic. */
export function valueText(stat: Change['stat'], value: number): string {
  if (stat === 'failures') return percent(value);
  return stat === 'throughput' ? `${digits(value)}/s` : duration(value);
}

/** How far runs differ by themselves: relative; for failures in points. */
export function spreadText(stat: Change['stat'], spread: number): string {
  return stat === 'failures' ? points(spread) : percent(spread);
}

function signed(stat: Change['stat'], value: number): string {
  return `${value < 0 ? '-' : '+'}${amount(stat, Math.abs(value))}`;
}

function amount(stat: Change['stat'], value: number): string {
  return stat === 'failures' ? `${points(value)} points` : percent(value);
}

/** Percentage points. */
function points(share: number): string {
  return percent(share).replace(' %', '');
}
