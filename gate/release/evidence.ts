/** All that the checklist's lines are judged by, read from the project's folder. */
import { join, relative } from 'node:path';
import type { AuditFile } from '../../src/wire/audit-file.ts';
import type { BaselineFile } from '../../src/wire/baseline-file.ts';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import { type Profile, peakLevel, phasesOf, TEST_NAMES, type TestName } from '../../src/workloads.ts';
import { readBaseline } from '../runs/folder/baseline-files.ts';
import { readRunJson } from '../runs/folder/run-folder.ts';
import { type StoredRun, storedRuns } from '../runs/folder/stored-runs.ts';
import { newestAudit } from './audit-record.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { type CapacityRecord, isDiagnosed, newestCapacity } from './other-records.ts';
import { type Objection, objectionTo, plannedPhasesOf } from './recheck.ts';
import { type Subject, whyOfAnother } from './subject.ts';

/** A run that speaks for or against the launch. */
export interface EvidenceRun extends StoredRun {
  file: RunFile;
  verdict: Verdict;
  /** Why its verdict does not count, for or against. */
  objection?: Objection;
  comparison?: ComparisonFile;
  diagnosed?: boolean;
}

/** A test of which there is no run that counts; `why` is a sentence without its full stop. */
export interface NoRun {
  why: string;
  /** The newest run was no good because of the load generator. */
  invalid: boolean;
}

export interface Gathered {
  subject: Subject;
  runs: Partial<Record<TestName, EvidenceRun | NoRun>>;
  audit?: AuditRecord;
  baselines: Partial<Record<TestName, BaselineFile>>;
  capacities: Partial<Record<TestName, CapacityRecord>>;
  ledger: Ledger;
}

export interface AuditRecord {
  /** Of its folder. */
  name: string;
  path: string;
  file: AuditFile;
}

export interface Places {
  /** The project's folder. */
  root: string;
  results: string;
  baselines: string;
  /** What people answered. */
  ledger: string;
}

/** Reads everything. A target whose revision nobody has named is taken to be what the newest run was of. */
export async function gather({ results, baselines, ledger }: Places, subject: Subject): Promise<Gathered> {
  const stored = await storedRuns(results);
  const known: Subject = { ...subject, revision: subject.revision || (await newestRevision(stored, subject)) };
  const gathered: Gathered = {
    subject: known,
    runs: {},
    baselines: {},
    capacities: {},
    ledger: await readLedger(ledger),
  };
  for (const test of TEST_NAMES) {
    gathered.runs[test] = await newestRun(
      stored.filter((run) => run.test === test),
      known,
    );
    const baseline = await readBaseline(baselines, test);
    if (baseline.ok) gathered.baselines[test] = baseline.content;
    const capacity = await newestCapacity(results, test, known);
    if (capacity) gathered.capacities[test] = capacity;
  }
  const audit = await newestAudit(results, known);
  return audit ? { ...gathered, audit } : gathered;
}

/** The newest run of a test that speaks for or against this target; undefined also where its verdict does not count. */
export async function newestRunOf(test: TestName, results: string, subject: Subject): Promise<EvidenceRun | undefined> {
  const stored = await storedRuns(results);
  const run = await newestRun(
    stored.filter((each) => each.test === test),
    subject,
  );
  return isRun(run) && !run.objection ? run : undefined;
}

export function isRun(found: EvidenceRun | NoRun | undefined): found is EvidenceRun {
  return found !== undefined && 'verdict' in found;
}

/** Files that the decision rests on, from the project's folder. */
export function filesBehind({ runs, audit }: Gathered, root: string): string[] {
  const ofRuns = Object.values(runs)
    .filter(isRun)
    .flatMap(({ folder, comparison }) => [
      ...['run.json', 'summary.json', 'timeline.json', 'verdict.json'].map((name) => join(folder, name)),
      ...(comparison ? [join(folder, 'comparison.json')] : []),
    ]);
  return [...ofRuns, ...(audit ? [audit.path] : [])].map((path) => relative(root, path));
}

async function newestRun(runs: readonly StoredRun[], subject: Subject): Promise<EvidenceRun | NoRun> {
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
    else return checked(read);
  }
  return no ?? elsewhere ?? { why: 'it was never run', invalid: false };
}

function named({ name }: StoredRun, { why, invalid }: NoRun): NoRun {
  return { why: `the newest run, ${name}, ${why}`, invalid };
}

async function readRun(run: StoredRun): Promise<EvidenceRun | NoRun> {
  const file = await readRunJson(run.folder, 'run.json');
  const verdict = await readRunJson(run.folder, 'verdict.json');
  if (!file.ok) return { why: `can't be read: run.json ${file.problem}`, invalid: !file.missing };
  if (!verdict.ok) return { why: `can't be read: verdict.json ${verdict.problem}`, invalid: !verdict.missing };
  return { ...run, file: file.content, verdict: verdict.content };
}

/** Why a run is no evidence about the launch; undefined when it is, for or against. */
function refusalOf({ test, file, verdict }: EvidenceRun): NoRun | undefined {
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

async function checked(run: EvidenceRun): Promise<EvidenceRun> {
  const objection = await objectionTo(run.folder, run.file, run.verdict, plannedPhasesOf(run.file)!);
  const comparison = await readRunJson(run.folder, 'comparison.json');
  return {
    ...run,
    ...(objection ? { objection } : {}),
    ...(comparison.ok ? { comparison: comparison.content } : {}),
    diagnosed: await isDiagnosed(run.folder),
  };
}

async function newestRevision(stored: readonly StoredRun[], subject: Subject): Promise<string> {
  if (subject.target === 'embedded') return '';
  for (const { folder } of stored) {
    const file = await readRunJson(folder, 'run.json');
    if (file.ok && file.content.configuration.target === subject.target) return file.content.target.revision;
  }
  return '';
}

function trimmed(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
