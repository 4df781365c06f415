/** Headline figures of several runs, a line a run, with how far the runs lie apart. */
import { HEADLINES, type Headline } from '../../src/thresholds.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import { inColumns } from '../judge/columns.ts';
import { spreadText, valueText } from '../judge/comparison-lines.ts';
import { levelOf, onScale } from '../judge/scale.ts';

export interface FiguresRow {
  run: string;
  /** What else is to be said of it: its verdict, or its revision. */
  note: string;
  /** null for a run that says nothing: it has no figures, and counts for nothing. */
  figures: RunFigures | null;
}

/** @param heading of the notes */
export function figuresTable(heading: string, rows: readonly FiguresRow[]): string[] {
  const runs = rows.flatMap(({ figures }) => figures ?? []);
  const headlines = HEADLINES.filter(({ id }) =>
    runs.some(({ figures }) => figures.some((each) => each.headline === id)),
  );
  const phases = headlines.map(({ phase }, index) => (headlines[index - 1]?.phase === phase ? '' : phase));
  return inColumns([
    ...(phases.length > 0 ? [['', '', ...phases]] : []),
    ['run', heading, ...headlines.map(nameInPhase)],
    ...rows.map(({ run, note, figures }) => [run, note, ...headlines.map((headline) => cellOf(headline, figures))]),
    ...(runs.length > 1 ? summaryRows(headlines, runs) : []),
  ]);
}

/** `p95`, or `dashboards p95` where a test has several. */
function nameInPhase({ id }: Headline): string {
  return id.split('.').slice(1, -1).join(' ');
}

function cellOf({ id, stat }: Headline, run: RunFigures | null): string {
  const value = run?.figures.find(({ headline }) => headline === id)?.value ?? null;
  return value === null ? '-' : valueText(stat, value);
}

function summaryRows(headlines: readonly Headline[], runs: readonly RunFigures[]): string[][] {
  const levels = headlines.map((headline) => {
    const values = runs.map((run) => onScale(headline, run)).filter((value) => !Number.isNaN(value));
    return values.length > 0 ? levelOf(headline, values) : undefined;
  });
  const cells = (text: (index: number) => string | undefined) => headlines.map((_, index) => text(index) ?? '-');
  return [
    ['mean', '', ...cells((index) => levels[index] && valueText(headlines[index]!.stat, levels[index].center))],
    [
      'spread',
      '',
      ...cells((index) => {
        const spread = levels[index]?.spread ?? undefined;
        return spread === undefined ? undefined : `± ${spreadText(headlines[index]!.stat, spread)}`;
      }),
    ],
  ];
}
