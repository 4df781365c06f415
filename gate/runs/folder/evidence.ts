/**
 * What a run folder holds, as far as it can be read. A folder that was half written, a file of a newer launchgate or of
 * somebody else costs its own part and one line that says so.
 */
import { basename, resolve } from 'node:path';
import type { ComparisonFile } from '../../../src/wire/comparison-file.ts';
import type { Summary } from '../../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../../src/wire/run-files.ts';
import type { Timeline } from '../../../src/wire/timeline.ts';
import { type JsonFile, type JsonFiles, readRunJson } from './run-folder.ts';

export interface Evidence {
  /** Absolute. */
  folder: string;
  /** The folder's own name, unique among the runs of its test. */
  name: string;
  run?: RunFile;
  verdict?: Verdict;
  summary?: Summary;
  timeline?: Timeline;
  /** Of a run that was held against the baseline. */
  comparison?: ComparisonFile;
  /** Why parts are missing, one line each. */
  problems: string[];
}

/**
 * Reads a run folder.
 * @throws Error with one clear line when there is nothing of a run in it
 */
export async function readEvidence(runFolder: string): Promise<Evidence> {
  const evidence = await readRecord(runFolder);
  const { folder, problems } = evidence;
  if (!evidence.run && !evidence.verdict) {
    throw new Error(`${folder} holds no run that can be reported: ${problems.join('; ')}.`);
  }
  evidence.summary = await part(evidence, 'summary.json');
  evidence.timeline = await part(evidence, 'timeline.json');
  evidence.comparison = await part(evidence, 'comparison.json', false);
  return evidence;
}

/** What a run was and how it ended, without its data; either may be missing, for a reason in `problems`. */
export async function readRecord(runFolder: string): Promise<Evidence> {
  const folder = resolve(runFolder);
  const evidence: Evidence = { folder, name: basename(folder), problems: [] };
  evidence.run = await part(evidence, 'run.json');
  evidence.verdict = await part(evidence, 'verdict.json');
  return evidence;
}

/** @param needed false for a file that most runs don't have */
async function part<Name extends JsonFile>(
  { folder, problems }: Evidence,
  name: Name,
  needed = true,
): Promise<JsonFiles[Name] | undefined> {
  const read = await readRunJson(folder, name);
  if (read.ok) return read.content;
  if (needed || !read.missing) problems.push(`${name} ${read.problem}`);
  return undefined;
}
