/** All that the checklist's lines are judged by, read from the project's folder. */
import { basename, join, relative } from 'node:path';
import type { AuditFile } from '../../src/wire/audit-file.ts';
import type { BaselineFile } from '../../src/wire/baseline-file.ts';
import type { CapacityFile } from '../../src/wire/capacity-file.ts';
import type { GoliveFile, LineState } from '../../src/wire/release-files.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { TEST_NAMES, type TestName } from '../../src/workloads.ts';
import type { SetupCosts } from '../judge/plan.ts';
import { readBaseline } from '../runs/folder/baseline-files.ts';
import { newestCapacities, readCosts } from '../runs/folder/costs.ts';
import { readRunJson } from '../runs/folder/run-folder.ts';
import { type StoredRun, storedRuns } from '../runs/folder/stored-runs.ts';
import { newestAudit } from './audit-record.ts';
import { type EvidenceRun, isRun, type NoRun, newestRun } from './evidence-run.ts';
import { type LaunchRecord, launchRecords } from './launch-records.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { type CapacityRecord, type ComparisonRecord, newestCapacity, newestComparison } from './other-records.ts';
import type { Subject } from './subject.ts';

const COSTS = 'costs.json';

export interface Gathered {
  subject: Subject;
  places: Places;
  runs: Partial<Record<TestName, EvidenceRun | NoRun>>;
  /** The newest of each test, whatever the profile that was compared. */
  comparisons: Partial<Record<TestName, ComparisonRecord>>;
  audit?: AuditRecord;
  baselines: Partial<Record<TestName, BaselineFile>>;
  capacities: Partial<Record<TestName, CapacityRecord>>;
  /** Of costs.json; none where it can't be read. */
  setups: readonly SetupCosts[];
  /** How many students each setup carries in the chat, by its name, as `launchgate plan` takes it. */
  carried: ReadonlyMap<string, CapacityFile>;
  /** The newest first, of any target. */
  watches: readonly LaunchRecord<WatchFile>[];
  launches: readonly LaunchRecord<GoliveFile>[];
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
  /** Where it is launched: hosts of LAUNCHGATE_PRODUCTION; none where nobody has said. */
  production: readonly string[];
}

/** Reads everything. A target whose revision nobody has named is taken to be that of the newest run that knew. */
export async function gather(places: Places, subject: Subject): Promise<Gathered> {
  const { root, results, baselines, ledger } = places;
  const stored = await storedRuns(results);
  const costs = await readCosts(join(root, COSTS));
  const known: Subject = { ...subject, revision: subject.revision || (await newestRevision(stored, subject)) };
  const gathered: Gathered = {
    subject: known,
    places,
    runs: {},
    comparisons: {},
    baselines: {},
    capacities: {},
    setups: costs.ok ? costs.costs.setups : [],
    carried: await newestCapacities(results, 'chat'),
    watches: await launchRecords(results, 'watch'),
    launches: await launchRecords(results, 'golive'),
    ledger: await readLedger(ledger),
  };
  for (const test of TEST_NAMES) {
    const ofTest = stored.filter((run) => run.test === test);
    gathered.runs[test] = await newestRun(ofTest, known);
    const comparison = await newestComparison(ofTest, known);
    if (comparison) gathered.comparisons[test] = comparison;
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

/** Files that the decision rests on, from the project's folder. @param states of the lines, which name their sources */
export function filesBehind(
  { runs, comparisons, audit, watches, launches, places }: Gathered,
  states: readonly LineState[],
): string[] {
  const sources = [...new Set(states.map(({ source }) => source))];
  const ofRuns = Object.values(runs)
    .filter(isRun)
    .flatMap(({ folder, before }) => [...[folder, ...(before ? [before.folder] : [])].flatMap(filesOfRun)]);
  const compared = Object.values(comparisons).map(({ path }) => path);
  const kept = [...watches, ...launches].filter(({ name }) => sources.includes(name)).map(({ path }) => path);
  const searches = sources.filter((source) => source.includes('/capacity-')).map((name) => join(places.results, name));
  const baselines = sources
    .filter((source) => source.startsWith('baselines/'))
    .map((name) => join(places.baselines, basename(name)));
  const costs = join(places.root, COSTS);
  return [costs, ...ofRuns, ...compared, ...(audit ? [audit.path] : []), ...kept, ...searches, ...baselines].map(
    (path) => relative(places.root, path),
  );
}

function filesOfRun(folder: string): string[] {
  return ['run.json', 'summary.json', 'timeline.json', 'verdict.json'].map((name) => join(folder, name));
}

async function newestRevision(stored: readonly StoredRun[], subject: Subject): Promise<string> {
  if (subject.target === 'embedded') return '';
  for (const { folder } of stored) {
    const file = await readRunJson(folder, 'run.json');
    if (!file.ok || file.content.configuration.target !== subject.target) continue;
    // One of no revision says nothing: for its sake those of several would count together.
    if (file.content.target.revision) return file.content.target.revision;
  }
  return '';
}
