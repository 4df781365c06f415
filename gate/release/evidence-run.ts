/** Which run of a test is evidence about the launch, and which is none, and why. */
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import { type Profile, peakLevel, phasesOf, type TestName } from '../../src/workloads.ts';
import { readRunJson } from '../runs/folder/run-folder.ts';
import type { StoredRun } from '../runs/folder/stored-runs.ts';
import { isDiagnosed } from './other-records.ts';
import { type Objection, objectionTo, plannedPhasesOf } from './recheck.ts';
import { type Subject, whyOfAnother } from './subject.ts';

/** A run that speaks for or against the launch. */
export interface EvidenceRun extends JudgedRun {
  /** Why its verdict does not count, for or against. */
  objection?: Objection;
  diagnosed?: boolean;
  /** How it was before the fixes. */
  before?: JudgedRun;
}

/** A run with its verdict, whatever that says. */
export interface JudgedRun extends StoredRun {
  file: RunFile;
  verdict: Verdict;
}

/** A test of which there is no run that counts; `why` is a sentence without its full stop. */
export interface NoRun {
  why: string;
  /** The newest run was no good because of the load generator. */
  invalid: boolean;
}

export function isRun(found: EvidenceRun | NoRun | undefined): found is EvidenceRun {
  return found !== undefined && 'verdict' in found;
}

/**
 * The newest run of a test that speaks for or against this target.
 * @param runs of the test, the newest first
 */
export async function newestRun(runs: readonly StoredRun[], subject: Subject): Promise<EvidenceRun | NoRun> {
  let no: NoRun | undefined;
  let elsewhere: NoRun | undefined;
  for (const run of runs) {
    const read = await readRun(run);
    if ('why' in read) {
      no ??= named(run, read);
      continue;
    }
    // A run of another revision says how things were: it is shown as stale, not passed over.
    const other = whyOfAnother({ ...read.file.configuration, revision: subject.revision }, subject);
    const refusal = other ? undefined : refusalOf(read);
    if (other) elsewhere ??= { why: `the newest run, ${run.name}, is ${other}`, invalid: false };
    else if (refusal) no ??= named(run, refusal);
    else return checked(read, runs.slice(runs.indexOf(run) + 1));
  }
  return no ?? elsewhere ?? { why: 'it was never run', invalid: false };
}

function named({ name }: StoredRun, { why, invalid }: NoRun): NoRun {
  return { why: `the newest run, ${name}, ${why}`, invalid };
}

async function readRun(run: StoredRun): Promise<JudgedRun | NoRun> {
  const file = await readRunJson(run.folder, 'run.json');
  const verdict = await readRunJson(run.folder, 'verdict.json');
  if (!file.ok) return { why: `can't be read: run.json ${file.problem}`, invalid: !file.missing };
  if (!verdict.ok) return { why: `can't be read: verdict.json ${verdict.problem}`, invalid: !verdict.missing };
  return { ...run, file: file.content, verdict: verdict.content };
}

/** Why a run is no evidence about the launch; undefined when it is, for or against. */
function refusalOf({ test, file, verdict }: JudgedRun): NoRun | undefined {
  const { configuration, profile, interrupted } = file;
  const no = (why: string, invalid = false): NoRun => ({ why, invalid });
  if (profile !== 'standard' && profile !== 'full') return no(`is ${profile}, which proves nothing about the launch`);
  const planned = peakLevel(test as TestName, phasesOf(test as TestName, profile as Profile));
  if (configuration.users < planned) return no(`had ${configuration.users} of ${planned} users`);
  if (!plannedPhasesOf(file)) return no('did not hold what src/workloads.ts says');
  if (configuration.pace < 1) return no(`had users at ${configuration.pace} of their pace`);
  if (configuration.repeatQuestions > 0) return no('repeated questions, which a cache of answers makes easy');
  if (interrupted || verdict.outcome === 'interrupted') return no('was interrupted');
  if (verdict.outcome === 'invalid')
    return no(`is invalid: ${trimmed(verdict.reasons[0]?.text ?? 'no reason given')}`, true);
  return undefined;
}

async function checked(run: JudgedRun, older: readonly StoredRun[]): Promise<EvidenceRun> {
  const objection = await objectionOf(run);
  const before = await runBefore(run, older);
  return {
    ...run,
    ...(objection ? { objection } : {}),
    ...(before ? { before } : {}),
    diagnosed: await isDiagnosed(run.folder),
  };
}

/**
 * The oldest run of the same load on the same target in which the target was another: before the fixes.
 * @param older the newest first
 */
async function runBefore(run: JudgedRun, older: readonly StoredRun[]): Promise<JudgedRun | undefined> {
  for (const stored of [...older].reverse()) {
    const read = await readRun(stored);
    if ('why' in read || !isBefore(read, run)) continue;
    if (!refusalOf(read) && !(await objectionOf(read))) return read;
  }
  return undefined;
}

function isBefore({ file: earlier }: JudgedRun, { file: now }: JudgedRun): boolean {
  const sameLoad = (['target', 'profile', 'users'] as const).every(
    (key) => earlier.configuration[key] === now.configuration[key],
  );
  const of = ({ configuration, target }: RunFile): Subject => ({ ...configuration, revision: target.revision });
  return sameLoad && whyOfAnother(of(earlier), of(now)) !== undefined;
}

function objectionOf({ folder, file, verdict }: JudgedRun): Promise<Objection | undefined> {
  return objectionTo(folder, file, verdict, plannedPhasesOf(file)!);
}

function trimmed(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
