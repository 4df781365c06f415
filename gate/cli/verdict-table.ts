/**
 * The verdict for one reader at a terminal: a line a criterion and phase (with its note, unless it passed), the reasons,
 * the outcome, the next step.
 */
import type { CriterionVerdict, Outcome, Verdict } from '../../src/wire/run-files.ts';
import { loadText, type Phase, phasesOf, type TestName } from '../../src/workloads.ts';
import { conformanceLines, isConformance } from './conformance-table.ts';
import { duration, percent } from './figures.ts';

type Column = { title: string; cell: (row: CriterionVerdict) => string; right?: true };

const COLUMNS: readonly Column[] = [
  {
    title: 'criterion',
    cell: ({ criterion, severity }) => (severity === 'must' ? criterion : `${criterion} (should)`),
  },
  { title: 'phase', cell: ({ phase }) => phase },
  { title: 'limit', cell: ({ limitText }) => limitText },
  { title: 'actual', cell: actual, right: true },
  { title: 'samples', cell: ({ seen }) => seen.toLocaleString('en'), right: true },
  { title: 'verdict', cell: ({ outcome }) => outcome },
];

/** ANSI colour of an outcome: green, red, yellow. */
const COLOURS: Readonly<Record<Outcome | Verdict['outcome'], number>> = {
  pass: 32,
  fail: 31,
  inconclusive: 33,
  'not measured': 33,
  invalid: 31,
  interrupted: 33,
};

type Paint = (text: string, outcome: keyof typeof COLOURS) => string;

/** Most lines of what the test logged; the report has all. */
const LOGGED_SHOWN = 8;

/**
 * @param coloured only for a terminal
 * @param logged what the test said of things that went wrong
 */
export function verdictLines(verdict: Verdict, coloured: boolean, logged: readonly string[] = []): string[] {
  const paint: Paint = (text, outcome) => (coloured ? `\u001b[${COLOURS[outcome]}m${text}\u001b[0m` : text);
  return [
    '',
    ...(isConformance(verdict.criteria) ? conformanceLines : criteriaLines)(verdict.criteria, paint),
    '',
    ...loggedLines(logged),
    ...verdict.reasons.map(({ text }) => text),
    `${verdict.test} ${verdict.profile}: ${paint(verdict.outcome.toUpperCase(), verdict.outcome)}${caveat(verdict)}`,
  ];
}

function loggedLines(logged: readonly string[]): string[] {
  if (logged.length === 0) return [];
  const more = logged.length - LOGGED_SHOWN;
  const shown = logged.slice(0, LOGGED_SHOWN).map((line) => `  ${line}`);
  return ['The test logged:', ...shown, ...(more > 0 ? [`  and ${more} more, see the report`] : []), ''];
}

function criteriaLines(criteria: readonly CriterionVerdict[], paint: Paint): string[] {
  const widths = COLUMNS.map(({ title, cell }) => Math.max(title.length, ...criteria.map((row) => cell(row).length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => (COLUMNS[index]!.right ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd();
  const rows = criteria.flatMap((row) => {
    const cells = COLUMNS.map(({ cell }) => cell(row));
    const shown = line(cells);
    const judged = `${shown.slice(0, shown.length - row.outcome.length)}${paint(row.outcome, row.outcome)}`;
    return row.note && row.outcome !== 'pass' ? [judged, `  ${row.note}`] : [judged];
  });
  return [line(COLUMNS.map(({ title }) => title)), ...rows];
}

/** One line: what to do now. @param report where report.html is */
export function nextStep({ test, profile, outcome, provesLoad }: Verdict, report: string): string {
  const make = `make ${test}-test`;
  switch (outcome) {
    case 'pass':
      if (profile === 'smoke') return `Next: ${make} puts ${loadText(test as TestName, standardOf(test))} on it.`;
      if (!provesLoad) return 'Next: `make all-tests` runs every test.';
      if (profile === 'full') return 'Next: the remaining tests of the checklist, see `make list`.';
      return `Next: ${make} PROFILE=full runs the checklist's own durations.`;
    case 'fail':
      return `Next: ${report} shows when and where it failed; mend it and run again.`;
    case 'inconclusive':
      if (profile === 'smoke') return `Next: run again; ${report} shows what was missing.`;
      return `Next: more samples decide it: ${make} PROFILE=full.`;
    case 'invalid':
      return 'Next: mend what the load generator suffered from (above) and run again: this run says nothing.';
    case 'interrupted':
      return `Next: run again; ${report} shows what was measured until then.`;
  }
}

function standardOf(test: string): readonly Phase[] {
  return phasesOf(test as TestName, 'standard');
}

function actual({ actual: value, unit }: CriterionVerdict): string {
  if (value === null) return 'no data';
  if (unit === 'ms') return duration(value);
  return unit === 'ratio' ? percent(value) : Math.round(value).toLocaleString('en');
}

function caveat({ provesLoad, confidence, outcome }: Verdict): string {
  if (!provesLoad) return ' (point values of a few users; proves nothing about load)';
  return outcome === 'pass' || outcome === 'fail' ? ` (confidence ${confidence})` : '';
}
