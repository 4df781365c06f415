/**
 * A comparison as lines of text, in the manner of Go's benchstat: old ± spread, new ± spread, change, number of runs. `~`
 * stands where no change is claimed.
 */
import type { Change, Comparison, Level } from './compare.ts';
import { duration, percent } from './figures.ts';

/** One line a figure, in columns, under a line of headings. */
export function comparisonLines({ changes, missing }: Comparison): string[] {
  const rows = [['', 'old', 'new', 'change', 'runs', '', 'would have seen'], ...changes.map(cellsOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...missing.map((headline) => `${headline}  not in every run, so not compared`)];
}

function cellsOf(change: Change): string[] {
  const claimed = change.verdict === 'regressed' || change.verdict === 'improved';
  const sign = change.stat === 'throughput' ? '-' : '+';
  const { low, high } = change.interval;
  return [
    change.headline,
    levelText(change, change.old),
    levelText(change, change.new),
    `${claimed ? signed(change, change.change) : '~'} (${signed(change, low)} to ${signed(change, high)})`,
    `${change.old.runs}+${change.new.runs}`,
    change.verdict,
    `${sign}${amount(change, change.detectable)}`,
  ];
}

function levelText({ stat }: Change, { center, spread }: Level): string {
  const value =
    stat === 'failures'
      ? percent(center)
      : stat === 'throughput'
        ? `${Number(center.toPrecision(3))}/s`
        : duration(center);
  return spread === null ? value : `${value} ± ${stat === 'failures' ? points(spread) : percent(spread)}`;
}

function signed(change: Change, value: number): string {
  return `${value < 0 ? '-' : '+'}${amount(change, Math.abs(value))}`;
}

function amount({ stat }: Change, value: number): string {
  return stat === 'failures' ? `${points(value)} points` : percent(value);
}

/** Percentage points. */
function points(share: number): string {
  return percent(share).replace(' %', '');
}
