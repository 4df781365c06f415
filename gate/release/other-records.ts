/** What other commands keep beside a run, as far as the checklist reads it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import { readRunJson } from '../runs/folder/run-folder.ts';
import type { StoredRun } from '../runs/folder/stored-runs.ts';
import { readVersioned } from '../runs/folder/versioned-json.ts';
import { type Subject, whyOfAnother } from './subject.ts';

const NEWEST = 1;

/** Whether `launchgate diagnose` has ranked the causes of a run (diagnosis.json in its folder). */
export async function isDiagnosed(folder: string): Promise<boolean> {
  const read = await readVersioned(join(folder, 'diagnosis.json'), {
    newest: NEWEST,
    shape: z.object({ schema: z.number() }),
  });
  return read.ok;
}

const capacity = z.object({
  schema: z.literal(NEWEST),
  target: z.string(),
  setup: z.string(),
  startedAt: z.iso.datetime(),
  low: z.number(),
  high: z.number().nullable(),
});

/** An answer of `launchgate capacity` (results/<test>/capacity-<UTC time>.json). */
export interface CapacityRecord extends Pick<z.infer<typeof capacity>, 'startedAt' | 'low' | 'high'> {
  name: string;
}

/** The newest of the target. */
export async function newestCapacity(
  results: string,
  test: string,
  subject: Subject,
): Promise<CapacityRecord | undefined> {
  const names = await readdir(join(results, test)).catch(() => []);
  for (const name of names
    .filter((each) => /^capacity-.*\.json$/.test(each))
    .sort()
    .reverse()) {
    const read = await readVersioned<z.infer<typeof capacity>>(join(results, test, name), {
      newest: NEWEST,
      shape: capacity,
    });
    if (!read.ok) continue;
    const { target, setup, startedAt, low, high } = read.content;
    if (!whyOfAnother({ target, setup, revision: subject.revision }, subject)) return { name, startedAt, low, high };
  }
  return undefined;
}

/** A comparison with the baseline; it lies beside the newest of the runs that were compared. */
export interface ComparisonRecord {
  /** `chat/2026-…` */
  name: string;
  path: string;
  /** Of the target, when it was compared. */
  revision: string;
  file: ComparisonFile;
}

/** @param runs of one test, the newest first */
export async function newestComparison(
  runs: readonly StoredRun[],
  subject: Subject,
): Promise<ComparisonRecord | undefined> {
  for (const { test, name, folder } of runs) {
    const compared = await readRunJson(folder, 'comparison.json');
    const run = compared.ok ? await readRunJson(folder, 'run.json') : undefined;
    if (!compared.ok || !run?.ok) continue;
    const { configuration, target } = run.content;
    if (whyOfAnother({ ...configuration, revision: subject.revision }, subject)) continue;
    const path = join(folder, 'comparison.json');
    return { name: `${test}/${name}`, path, revision: target.revision, file: compared.content };
  }
  return undefined;
}
