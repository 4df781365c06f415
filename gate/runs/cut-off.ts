/** Judges runs whose launchgate was killed, by what had been written down until then. */
import { join } from 'node:path';
import type { SignalReading } from '../../src/wire/timeline.ts';
import type { TestName } from '../../src/workloads.ts';
import { judge } from '../judge/verdict.ts';
import { SAMPLES, samplesIn, writeRunJson } from './folder/run-folder.ts';
import { type CutOffRun, cutOffRun } from './folder/run-in-progress.ts';
import { storedRuns } from './folder/stored-runs.ts';
import { factsOf } from './samples/facts-of.ts';
import { foldTimeline } from './samples/timeline.ts';

/**
 * One that can't be judged now, say because the disk is full, may be later, and keeps no other from it.
 * @returns `<test>/<name>` of each run under results/ that was judged now
 */
export async function judgeCutOffRuns(results: string): Promise<string[]> {
  const judged: string[] = [];
  for (const { test, name, folder } of await storedRuns(results)) {
    if (await judgeWhereCutOff(folder).catch(() => false)) judged.push(`${test}/${name}`);
  }
  return judged;
}

/**
 * Gives a run folder the files that its launchgate did not come to write. The run counts as interrupted, however far it
 * came: nobody watched its generator to the end.
 * @returns false where there was nothing to do
 */
export async function judgeWhereCutOff(folder: string): Promise<boolean> {
  const cutOff = await cutOffRun(folder);
  if (!cutOff) return false;
  const { phases, folders } = cutOff;
  const { test, profile, runId, startedAt, configuration } = cutOff.run;
  const { summary, rebuilt } = await factsOf(folders, { test: test as TestName, profile, runId, phases });
  const endedAt = new Date(Date.parse(startedAt) + (summary?.durationMs ?? 0)).toISOString();
  const shares = folders.length > 1 ? { shares: folders.map((_, index) => ({ name: `generator-${index + 1}` })) } : {};
  const run = { ...cutOff.run, endedAt, ...shares };
  const signals = readingsOf(cutOff);
  const known = { runId, startedAt, endedAt, generator: [], signals };
  const paths = folders.map((each) => samplesIn(each) ?? join(each, SAMPLES));
  const timeline = await foldTimeline(paths, known).catch(() => undefined);
  const verdict = judge({ summary, rebuilt, run, signals, timeline, phases, pace: configuration.pace });
  if (summary && (rebuilt || folders.length > 1)) await writeRunJson(folder, 'summary.json', summary);
  await writeRunJson(folder, 'run.json', run);
  if (timeline) await writeRunJson(folder, 'timeline.json', timeline);
  await writeRunJson(folder, 'verdict.json', verdict);
  await cutOff.judged();
  return true;
}

function readingsOf({ looks, run }: CutOffRun): SignalReading[] {
  const startedMs = Date.parse(run.startedAt);
  return looks.flatMap(({ source, atMs, values }) =>
    values.map(({ signal, value, ageMs }) => ({ signal, atMs: atMs - startedMs, value, ageMs, source })),
  );
}
