/** The runs under results/: finds them, and throws old ones away. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** results/<test>/<UTC time>-<profile>/ */
export interface StoredRun {
  test: string;
  /** Of the folder; names sort by time. */
  name: string;
  folder: string;
}

const RUN_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-./;

/** All run folders, the newest first. What isn't named like a run is none. */
export async function storedRuns(results: string): Promise<StoredRun[]> {
  const runs: StoredRun[] = [];
  for (const test of await foldersIn(results)) {
    for (const name of await foldersIn(join(results, test))) {
      if (RUN_NAME.test(name)) runs.push({ test, name, folder: join(results, test, name) });
    }
  }
  return runs.sort((a, b) => (a.name < b.name ? 1 : -1));
}

export type FoundRun = { ok: true; run: StoredRun } | { ok: false; problem: string };

/** The run that a person means: a path to its folder, its name, `<test>/<name>`, or a test for its newest run. */
export async function findRun(results: string, wanted: string): Promise<FoundRun> {
  const runs = await storedRuns(results);
  const found =
    runs.find(({ folder }) => folder === resolve(wanted)) ??
    runs.find(({ test, name }) => wanted === name || wanted === `${test}/${name}` || wanted === test);
  if (found) return { ok: true, run: found };
  // A run that was copied from elsewhere, say from a CI job.
  const folder = resolve(wanted);
  if (await isFolder(folder)) {
    return { ok: true, run: { test: basename(dirname(folder)), name: basename(folder), folder } };
  }
  const newest = runs[0];
  const hint = newest ? `; the newest is ${newest.test}/${newest.name}` : '';
  return { ok: false, problem: `there is no run "${wanted}" in ${results}${hint}.` };
}

export interface PrunePlan {
  remove: StoredRun[];
  /** Old enough, but a baseline refers to them. */
  spared: StoredRun[];
}

/**
 * Which runs go when the newest `keep` of each test stay. A run that any file in `baselines` names, by its folder or by
 * its run id, always stays.
 */
export async function planPrune(results: string, baselines: string, keep: number): Promise<PrunePlan> {
  const named = await textOfBaselines(baselines);
  const kept = new Map<string, number>();
  const plan: PrunePlan = { remove: [], spared: [] };
  for (const run of await storedRuns(results)) {
    const newer = kept.get(run.test) ?? 0;
    kept.set(run.test, newer + 1);
    if (newer < keep) continue;
    const names = [run.name, await runIdOf(run)].filter((name) => name !== '');
    (names.some((name) => named.includes(name)) ? plan.spared : plan.remove).push(run);
  }
  return plan;
}

export async function removeRuns(runs: readonly StoredRun[]): Promise<void> {
  for (const { folder } of runs) await rm(folder, { recursive: true });
}

async function textOfBaselines(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8'));
  return (await Promise.all(files)).join('\n');
}

/** '' when run.json doesn't tell: then the folder's name has to do. */
async function runIdOf({ folder }: StoredRun): Promise<string> {
  try {
    const { runId } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
    return typeof runId === 'string' ? runId : '';
  } catch {
    return '';
  }
}

/** Names of the folders in a folder; links are not followed. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
