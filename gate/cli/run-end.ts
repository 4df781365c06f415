import { basename, relative } from 'node:path';
import { fileErrorText } from '../runs/folder/file-error.ts';
import type { RunResult } from '../runs/run.ts';
import { complain } from './complain.ts';
import { EXIT, worstExit } from './exit-codes.ts';
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
  const { verdict, folder, interrupted, unkept } = result;
  // A page that can't be written costs nobody the verdict.
  const written = await writeReports(folder).catch((error: Error) => {
    console.error(`launchgate: no report: ${fileErrorText(error)}.`);
    return { reportPath: folder };
  });
  const report = relative(process.cwd(), written.reportPath);
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
  const { logged, memory } = await loadOf(folder);
  const streamed = await firstByteOf(folder);
  const table = verdictLines(verdict, coloured, verdict.outcome === 'pass' ? [] : logged);
  console.log([...table, ...streamed, ...memory, `Report: ${report}`, nextStep(verdict, report)].join('\n'));
  const code = interrupted ? EXIT.interrupted : EXIT[verdict.outcome];
  if (unkept.length === 0) return code;
  complain(unkept, EXIT.ours);
  return worstExit([code, EXIT.ours]);
}

/** What the test itself logged (k6's word on its thresholds says less than the table), and what the load takes of a machine. */
async function loadOf(folder: string): Promise<{ logged: string[]; memory: string[] }> {
  const { peakMemoryBytes } = await import('../judge/generator.ts');
  const { bytes } = await import('../report/page/figures.ts');
  const { readRunJson } = await import('../runs/folder/run-folder.ts');
  const run = await readRunJson(folder, 'run.json');
  if (!run.ok) return { logged: [], memory: [] };
  const peak = peakMemoryBytes(run.content.generator.readings);
  return {
    logged: run.content.k6.errors.filter((line) => !line.startsWith('thresholds on metrics ')),
    memory: peak > 0 ? [`Memory: k6 used ${bytes(peak)} at most.`] : [],
  };
}

/** When streamed answers began, where there were any; no criterion speaks of it. */
async function firstByteOf(folder: string): Promise<string[]> {
  const { duration } = await import('../report/page/figures.ts');
  const { readRunJson } = await import('../runs/folder/run-folder.ts');
  const summary = await readRunJson(folder, 'summary.json');
  const firstByte = summary.ok ? summary.content.firstByteMs : undefined;
  if (!firstByte) return [];
  const { med, p95 } = firstByte;
  return [`First byte of streamed answers: ${duration(med)} in the median, p95 ${duration(p95)}; judged by nothing.`];
}

/** All runs of a series in one table, and what can be done with them. */
export async function seriesLines(results: readonly RunResult[], test: string): Promise<string[]> {
  const { lookAt } = await import('../runs/folder/choose-runs.ts');
  const { FEWEST_BASELINE_RUNS } = await import('../judge/compare.ts');
  const { runFigures } = await import('../runs/samples/run-figures.ts');
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
