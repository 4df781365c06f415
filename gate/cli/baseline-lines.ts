import type { BaselineFile } from '../../src/wire/baseline-file.ts';
import { setupText } from '../judge/baseline.ts';
import { count } from '../judge/figures.ts';
import { figuresTable } from './figures-table.ts';

/** What a baseline holds, for a terminal. */
export function baselineLines({ test, configuration, windows, runs }: BaselineFile): string[] {
  return [
    `${test}: ${count(runs.length)} runs of ${setupText({ configuration, windows })}`,
    ...figuresTable(
      'revision',
      runs.map((run) => ({ run: dayAndTime(run.startedAt), note: run.revision || 'unknown', figures: run })),
    ),
  ];
}

/** `2026-03-01 10:00:00` */
function dayAndTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
