/**
 * Which stored runs a baseline or a comparison is made of. Runs that a person names are taken or refused; without names
 * it is the newest ones that surely belong together.
 */
import type { BaselineFile } from '../../../src/wire/baseline-file.ts';
import type { Summary } from '../../../src/wire/facts.ts';
import type { RunFile } from '../../../src/wire/run-files.ts';
import { setupDifferences, whyUnfit } from '../../judge/baseline.ts';
import { FEWEST_BASELINE_RUNS } from '../../judge/compare.ts';
import { readRecord } from './evidence.ts';
import { readRunJson } from './run-folder.ts';
import { findRun, type StoredRun, storedRuns } from './stored-runs.ts';

/** A run that may be evidence. */
export interface FitRun {
  /** Of its folder. */
  name: string;
  folder: string;
  run: RunFile;
  summary: Summary;
}

export type Chosen =
  /** @property runs the newest first @property notice worth a word, or '' */
  { ok: true; runs: FitRun[]; notice: string } | { ok: false; problems: string[] };

export interface Choice {
  /** The folder of all results. */
  results: string;
  test: string;
  /** Runs as a person names them; none means the newest. */
  named: readonly string[];
}

/** More see little more, and cost as many runs again. */
const BASELINE_RUNS = 5;

/** Runs for a baseline: those that are named, or the newest five that belong together. */
export async function runsForBaseline(choice: Choice): Promise<Chosen> {
  const { test, named } = choice;
  const chosen = named.length > 0 ? await namedRuns(choice) : await newestKin(choice);
  if (!chosen.ok) return chosen;
  const runs = named.length > 0 ? chosen.runs : chosen.runs.slice(0, BASELINE_RUNS);
  if (runs.length >= FEWEST_BASELINE_RUNS) return { ...chosen, runs };
  const found = `a baseline takes ${BASELINE_RUNS} runs, at least ${FEWEST_BASELINE_RUNS}, and there ${runs.length === 1 ? 'is' : 'are'} ${runs.length}`;
  return refused(`${found}${chosen.notice && ` (${chosen.notice})`}; \`${repeat(test, runs[0]!.run)}\` makes them.`);
}

/** New runs to be held against a baseline: those that are named, or the newest one with its kin. */
export async function runsToCompare(choice: Choice, baseline: BaselineFile): Promise<Chosen> {
  const byName = choice.named.length > 0;
  const chosen = byName ? await namedRuns(choice) : await newestRunWithKin(choice);
  if (!chosen.ok) return chosen;
  const isOld = ({ run }: FitRun) => baseline.runs.some(({ runId }) => runId === run.runId);
  const old = chosen.runs.filter(isOld);
  const fresh = chosen.runs.filter((run) => !isOld(run));
  if (fresh.length === 0 || (byName && old.length > 0)) {
    const names = old.map(({ name }) => name).join(', ');
    return refused(`the baseline itself is made of ${names}; \`${repeat(choice.test)}\` makes new runs.`);
  }
  if (byName) return chosen;
  const alone = fresh.length === 1 && !isKnown(fresh[0]!.run.target.revision);
  return { ok: true, runs: fresh.slice(0, BASELINE_RUNS), notice: alone ? chosen.notice : '' };
}

/** Runs of one version and configuration: those that are named, or the stored kin of the baseline, or the newest kin. */
export async function identicalRuns(choice: Choice, baseline?: BaselineFile): Promise<Chosen> {
  if (choice.named.length > 0) return namedRuns(choice);
  if (!baseline) return newestKin(choice);
  const stored = (await fitRuns(choice)).filter(({ run }) => setupDifferences(baseline, run).length === 0);
  const members = stored.filter(({ run }) => baseline.runs.some(({ runId }) => runId === run.runId));
  const runs = stored.filter(
    ({ run }) =>
      members.some((member) => isKin(member.run, run)) ||
      baseline.runs.some(({ revision }) => isKnown(revision) && revision === run.target.revision),
  );
  return { ok: true, runs, notice: '' };
}

async function namedRuns({ results, test, named }: Choice): Promise<Chosen> {
  const problems: string[] = [];
  const runs: FitRun[] = [];
  for (const name of named) {
    const found = await findRun(results, name);
    const look = found.ok ? await lookAt(found.run, test) : found;
    if (!look.ok) problems.push(look.problem);
    else if (!runs.some(({ run }) => run.runId === look.run.run.runId)) runs.push(look.run);
  }
  const [first, ...others] = runs;
  for (const { run, name } of others) {
    const differences = setupDifferences(first!.run, run, [`in ${first!.name}`, `in ${name}`]);
    if (differences.length > 0) problems.push(`these runs are of several configurations: ${differences.join('; ')}.`);
  }
  if (problems.length > 0) return { ok: false, problems };
  const revisions = [...new Set(runs.map(({ run }) => run.target.revision || 'unknown'))];
  const notice =
    revisions.length > 1
      ? `these runs are of several revisions of the target (${revisions.join(', ')}): what changed between them hides other changes`
      : '';
  return { ok: true, runs: runs.sort((a, b) => (a.run.startedAt < b.run.startedAt ? 1 : -1)), notice };
}

/** The newest fit run and all that belong to it. */
async function newestKin(choice: Choice): Promise<Chosen> {
  const [newest, ...older] = await fitRuns(choice);
  if (!newest) {
    return refused(`no stored run of ${choice.test} can be evidence; \`${repeat(choice.test)}\` makes some.`);
  }
  return { ok: true, runs: [newest, ...older.filter(({ run }) => isKin(newest.run, run))], notice: whyNoKin() };

  /** What keeps the next older run apart. */
  function whyNoKin(): string {
    const other = older.find(({ run }) => !isKin(newest!.run, run));
    if (!other) return '';
    const where = [`in ${newest!.name}`, `in ${other.name}`];
    const differences = setupDifferences(newest!.run, other.run, where);
    if (differences.length > 0) return differences.join('; ');
    const [now, before] = [newest!, other].map(({ run }) => run.target.revision || 'unknown');
    return isKnown(newest!.run.target.revision)
      ? `target revision ${now} ${where[0]}, ${before} ${where[1]}`
      : `the revision of the target is ${now}, so older runs may be of another version: name them, or set TARGET_REVISION`;
  }
}

/** The newest judged run must be fit: an older one would speak of an older version. */
async function newestRunWithKin(choice: Choice): Promise<Chosen> {
  const stored = (await storedRuns(choice.results)).filter(({ test }) => test === choice.test);
  for (const candidate of stored) {
    const look = await lookAt(candidate, choice.test);
    if (look.ok) return newestKin(choice);
    if (look.judged) return refused(`${look.problem.slice(0, -1)}; make another, or name the runs to compare.`);
  }
  return refused(`there is no run of ${choice.test} to compare; \`${repeat(choice.test)}\` makes some.`);
}

/** The newest first; what can't be evidence is passed over. */
async function fitRuns({ results, test }: Choice): Promise<FitRun[]> {
  const looks = [];
  for (const stored of await storedRuns(results)) if (stored.test === test) looks.push(await lookAt(stored, test));
  return looks.flatMap((look) => (look.ok ? [look.run] : []));
}

export type Look = { ok: true; run: FitRun } | { ok: false; problem: string; judged: boolean };

/** A run as evidence of this test, or why it is none. */
export async function lookAt({ name, folder }: Pick<StoredRun, 'name' | 'folder'>, test: string): Promise<Look> {
  const unfit = (why: string, judged: boolean): Look => ({
    ok: false,
    problem: `${name} can't be evidence: ${why.replace(/\.$/, '')}.`,
    judged,
  });
  const { run, verdict, problems } = await readRecord(folder);
  if (!run || !verdict) return unfit(problems.join('; '), false);
  if (run.test !== test) return unfit(`it is a run of ${run.test}`, true);
  const why = whyUnfit(verdict);
  if (why) return unfit(why, true);
  const summary = await readRunJson(folder, 'summary.json');
  if (!summary.ok) return unfit(`summary.json ${summary.problem}`, true);
  return { ok: true, run: { name, folder, run, summary: summary.content } };
}

/** Runs of one version that were made alike. */
function isKin(one: RunFile, other: RunFile): boolean {
  const sameVersion =
    (one.series !== undefined && one.series === other.series) ||
    (isKnown(one.target.revision) && one.target.revision === other.target.revision);
  return sameVersion && setupDifferences(one, other).length === 0;
}

/** A revision with `+` has changes that nobody committed: it may stand for several versions. */
function isKnown(revision: string): boolean {
  return revision !== '' && !revision.endsWith('+');
}

function repeat(test: string, run?: RunFile): string {
  const profile = run ? ` --profile ${run.profile}` : '';
  return `./launchgate run ${test}${profile} --repeat ${BASELINE_RUNS}`;
}

function refused(problem: string): Chosen {
  return { ok: false, problems: [problem] };
}
