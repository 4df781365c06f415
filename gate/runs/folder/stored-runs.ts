/** The runs under results/: where they are. */
import { readdir, stat } from 'node:fs/promises';
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
  const hint = newest
    ? `the newest is ${newest.test}/${newest.name}, and \`./launchgate results list\` has all`
    : 'nothing was run yet';
  return { ok: false, problem: `there is no run "${wanted}" in ${results}; ${hint}.` };
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
