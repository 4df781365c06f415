import { relative } from 'node:path';
import type { Command } from 'commander';
import type { Side } from '../judge/bought.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { RESULTS_OPTION, RUN_MEANING } from './results.ts';
import { explained, shown } from './wrapped.ts';

export function register(program: Command): void {
  const command = program
    .command('diagnose')
    .argument('<run>', RUN_MEANING)
    .description('say why a run was slow or failed: weak points by what they cost, with what speaks for and against')
    .option('--json', 'print the diagnosis as JSON')
    .option('--after <run>', 'print what a fix bought between the two runs, as Markdown')
    .option(...RESULTS_OPTION)
    .action(async (wanted: string, { json, after, results }: { json?: true; after?: string; results: string }) => {
      if (after !== undefined) return bought(results, wanted, after);
      const { findRun } = await import('../runs/folder/stored-runs.ts');
      const { readEvidence } = await import('../runs/folder/evidence.ts');
      const { diagnosisOf } = await import('../runs/diagnosis.ts');
      const { writeReports } = await import('../report/write.ts');
      const found = await findRun(results, wanted);
      if (!found.ok) return complain([found.problem], EXIT.usage);
      const { folder } = found.run;
      const written = await writeReports(folder).catch((error: Error) => error.message);
      const diagnosis = diagnosisOf(await readEvidence(folder));
      if ('refused' in diagnosis) return complain([`${wanted}: ${diagnosis.refused}.`], EXIT.usage);
      if (json) return console.log(JSON.stringify(diagnosis, null, 2));
      const { diagnosisLines } = await import('../judge/diagnosis-lines.ts');
      const page =
        typeof written === 'string' ? `No report: ${written}` : `Report: ${relative('', written.reportPath)}`;
      console.log(shown([...diagnosisLines(diagnosis), page]));
    });
  explained(
    command,
    "Reads answers, Server-Timing and signals of the run, as any deployment shows them; the more of them there are, the more it can tell. What it can't, it says. docs/diagnosis.md has how often it is right. Also in the run's report, and in its diagnosis.json.",
  );
}

/** Two runs of one test, the earlier one before the fix. */
async function bought(results: string, before: string, after: string): Promise<void> {
  const { boughtLines } = await import('../judge/bought.ts');
  const sides = [];
  for (const wanted of [before, after]) {
    const side = await sideOf(results, wanted);
    if ('refused' in side) return complain([`${wanted}: ${side.refused}`], EXIT.usage);
    sides.push(side);
  }
  const [old, now] = sides as [Side, Side];
  if (old.diagnosis.test !== now.diagnosis.test) return complain(['the two runs are of different tests.'], EXIT.usage);
  console.log(boughtLines(old, now).join('\n'));
}

async function sideOf(results: string, wanted: string): Promise<Side | { refused: string }> {
  const { findRun } = await import('../runs/folder/stored-runs.ts');
  const { readEvidence } = await import('../runs/folder/evidence.ts');
  const { diagnosisOf } = await import('../runs/diagnosis.ts');
  const { runFigures } = await import('../runs/samples/run-figures.ts');
  const found = await findRun(results, wanted);
  if (!found.ok) return { refused: found.problem };
  const evidence = await readEvidence(found.run.folder);
  const diagnosis = diagnosisOf(evidence);
  if ('refused' in diagnosis) return { refused: `${diagnosis.refused}.` };
  const { run, summary, verdict, name } = evidence;
  const figures = run && summary ? runFigures(run, summary).figures : [];
  return { name, outcome: verdict?.outcome ?? 'not judged', figures, diagnosis };
}
