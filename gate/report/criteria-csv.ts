/** criteria.csv: the criteria as plain figures, for spreadsheets and scripts. */
import type { Verdict } from '../../src/wire/run-files.ts';
import { csvRow } from './page/csv.ts';

const COLUMNS = [
  'run',
  'test',
  'profile',
  'criterion',
  'phase',
  'severity',
  'subject',
  'outcome',
  'stat',
  'limit',
  'actual',
  'unit',
  'seen',
  'over',
  'interval_low',
  'interval_high',
  'needed',
  'note',
];

export function criteriaCsv({ runId, test, profile, criteria }: Verdict): string {
  const rows = criteria.map((each) => [
    runId,
    test,
    profile,
    each.criterion,
    each.phase,
    each.severity,
    each.subject,
    each.outcome,
    each.stat,
    each.limit,
    each.actual,
    each.unit,
    each.seen,
    each.over,
    each.interval?.low ?? null,
    each.interval?.high ?? null,
    each.needed,
    each.note,
  ]);
  return `${[COLUMNS, ...rows].map(csvRow).join('\n')}\n`;
}
