import { basename, relative } from 'node:path';
import type { RunResult } from '../runs/run.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import type { FiguresRow } from './figures-table.ts';

type Judged = Extract<RunResult, { kind: 'judged' }>;

/** Prints how a run ended, and writes its reports. @returns what it exits with */
export async function showEnd(result: RunResult): Promise<number> {
  if (result.kind === 'stopped') {
    complain(result.problems, EXIT[result.why]);
    return EXIT[result.why];
  }
  const { writeReports } = await import('../report/write.ts');
  const { nextStep, verdictLines } = await import('./verdict-table.ts');
  const { verdict, folder, interrupted } = result;
  // A page that can't be written costs nobody the verdict.
  const written = await writeReports(folder).catch((error: Error) => {
    console.error(`launchgate: no report: ${error.message}`);
    return { reportPath: folder };
  });
  const report = relative(process.cwd(), written.reportPath);
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
  const lines = [...verdictLines(verdict, coloured), ...(await memoryLine(folder)), `Report: ${report}`];
  console.log([...lines, nextStep(verdict, report)].join('\n'));
  return interrupted ? EXIT.interrupted : EXIT[verdict.outcome];
}

/** What this load takes of a machine; nothing where it was not measured. */
async function memoryLine(folder: string): Promise<string[]> {
  const { peakMemoryBytes } = await import('../judge/generator.ts');
  const { bytes } = await import('../report/page/figures.ts');
  const { readRunJson } = await import('../runs/run-folder.ts');
  const run = await readRunJson(folder, 'run.json');
  const peak = run.ok ? peakMemoryBytes(run.content.generator.readings) : 0;
  return peak > 0 ? [`Memory: k6 used ${bytes(peak)} at most.`] : [];
}

/** All runs of a series in one table, and what can be done with them. */
export async function seriesLines(results: readonly RunResult[], test: string): Promise<string[]> {
  const { lookAt } = await import('../runs/choose-runs.ts');
  const { FEWEST_BASELINE_RUNS } = await import('../judge/compare.ts');
  const { runFigures } = await import('../runs/run-figures.ts');
  const { figuresTable } = await import('./figures-table.ts');
  const judged = results.filter((result): result is Judged => result.kind === 'judged');
  const rows: FiguresRow[] = [];
  for (const { folder, verdict } of judged) {
    const name = basename(folder);
    const look = await lookAt({ name, folder }, test);
    const figures = look.ok ? runFigures(look.run.run, look.run.summary) : null;
    rows.push({ run: name, note: verdict.outcome, figures });
  }
  const fit = rows.filter(({ figures }) => figures !== null).length;
  const next = `\`./launchgate baseline save ${test}\` keeps them, \`./launchgate compare ${test}\` holds them against the baseline`;
  return [
    '',
    ...(rows.length > 0 ? figuresTable('verdict', rows) : []),
    ...(fit >= FEWEST_BASELINE_RUNS ? [`Next: ${next}.`] : []),
  ];
}
