/** The facts of a load, from the folders in which its k6 processes wrote. */
import type { Summary } from '../../../src/wire/facts.ts';
import { readRunJson, samplesIn } from '../folder/run-folder.ts';
import { addUp } from './add-up.ts';
import { type Pool, poolSamples, type RunIdentity, rebuildSummary } from './rebuild.ts';

export interface Facts {
  /** null when k6 left nothing to count from. */
  summary: Summary | null;
  /** A process left no facts of its own: they were counted from its samples, or are missing. */
  rebuilt: boolean;
}

/** @param folders one for each process; the facts of several are added up */
export async function factsOf(folders: readonly string[], run: RunIdentity): Promise<Facts> {
  const shares: Facts[] = [];
  for (const folder of folders) shares.push(await factsIn(folder, run));
  return shares.length === 1 ? shares[0]! : factsOfShares(shares, await poolOf(folders, run));
}

/** The samples of all processes together; undefined when one has none: a part must not be taken for the whole. */
export async function poolOf(folders: readonly string[], run: RunIdentity): Promise<Pool | undefined> {
  const samples = folders.flatMap((folder) => samplesIn(folder) ?? []);
  if (samples.length < folders.length) return undefined;
  return poolSamples(samples, run).catch(() => undefined);
}

export function factsOfShares(shares: readonly Facts[], pool: Pool | undefined): Facts {
  const summaries = shares.flatMap(({ summary }) => summary ?? []);
  if (summaries.length === 0) return { summary: null, rebuilt: false };
  return { summary: addUp(summaries, pool), rebuilt: shares.some(({ summary, rebuilt }) => !summary || rebuilt) };
}

/** k6's own facts; where it left none, the same counted from its samples; null when there is neither. */
export async function factsIn(folder: string, run: RunIdentity): Promise<Facts> {
  const written = await readRunJson(folder, 'summary.json');
  if (written.ok && written.content.runId === run.runId) return { summary: written.content, rebuilt: false };
  const samples = samplesIn(folder);
  const summary = samples ? await rebuildSummary(samples, run).catch(() => null) : null;
  return { summary, rebuilt: summary !== null };
}
