/** Throws old runs away. */
import { rm } from 'node:fs/promises';
import { readBaseline, testsWithBaseline } from './baseline-files.ts';
import { readRecord } from './evidence.ts';
import { type StoredRun, storedRuns } from './stored-runs.ts';

export type PrunePlan =
  /** @property spared old enough, but a baseline is made of them */
  { ok: true; remove: StoredRun[]; spared: StoredRun[] } | { ok: false; problems: string[] };

/**
 * Which runs go when the newest `keep` of each test stay. Runs that a baseline is made of always stay; while a baseline
 * can't be read nobody knows which these are, and none goes.
 */
export async function planPrune(results: string, baselines: string, keep: number): Promise<PrunePlan> {
  const tests = await testsWithBaseline(baselines);
  const reads = await Promise.all(tests.map((test) => readBaseline(baselines, test)));
  const problems = reads.flatMap((read) => (read.ok ? [] : [`${read.problem}; mend it or delete it first.`]));
  if (problems.length > 0) return { ok: false, problems };
  const named = new Set(reads.flatMap((read) => (read.ok ? read.content.runs.map(({ runId }) => runId) : [])));
  const kept = new Map<string, number>();
  const remove: StoredRun[] = [];
  const spared: StoredRun[] = [];
  for (const stored of await storedRuns(results)) {
    const newer = kept.get(stored.test) ?? 0;
    kept.set(stored.test, newer + 1);
    if (newer < keep) continue;
    const { run, verdict } = await readRecord(stored.folder);
    const runId = run?.runId ?? verdict?.runId ?? '';
    (named.has(runId) ? spared : remove).push(stored);
  }
  return { ok: true, remove, spared };
}

export async function removeRuns(runs: readonly StoredRun[]): Promise<void> {
  for (const { folder } of runs) await rm(folder, { recursive: true });
}
