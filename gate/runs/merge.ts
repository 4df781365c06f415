/**
 * Puts the files of k6 processes that shared one load on several machines together: facts added up, samples pooled, one
 * verdict. What the files don't say (a pod knows neither users nor target) comes from the settings.
 */
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Summary } from '../../src/wire/facts.ts';
import { RUN_SCHEMA, type RunFile, type Share, type Verdict } from '../../src/wire/run-files.ts';
import type { Settings } from '../../src/wire/settings.ts';
import {
  allVirtualUsers,
  type Phase,
  peakLevel,
  plannedPhases,
  TEST_NAMES,
  type TestName,
  windowsOf,
} from '../../src/workloads.ts';
import { judge } from '../judge/verdict.ts';
import {
  createRunFolder,
  type JsonFiles,
  readRunJson,
  resultsProblem,
  samplesIn,
  writeRunJson,
} from './folder/run-folder.ts';
import { endsOf } from './k6/generators.ts';
import { hostOf } from './run.ts';
import { factsIn, factsOfShares, poolOf } from './samples/facts-of.ts';
import type { Pool } from './samples/rebuild.ts';
import { foldTimeline } from './samples/timeline.ts';
import { ownVersions } from './versions.ts';

export interface MergeRequest {
  /** The project's folder. */
  root: string;
  /** One for each process: a pod's files, or a run folder. */
  folders: readonly string[];
  settings: Settings;
  /** Of the processes, where no run.json says it; or ''. */
  k6Version: string;
}

export type Merged = { ok: true; folder: string; verdict: Verdict } | { ok: false; problems: string[] };

interface Part {
  folder: string;
  /** Unique among the parts. */
  name: string;
  summary: Summary | null;
  run: RunFile | null;
}

interface Load {
  test: TestName;
  profile: string;
  runId: string;
  phases: readonly Phase[];
  users: number;
}

/** Seconds between the first and the last process to begin: with more, they were not one load. */
const TOGETHER_SECONDS = 10;

/** Judges the parts as one run, in a run folder of its own. */
export async function mergeShares({ root, folders, settings, k6Version }: MergeRequest): Promise<Merged> {
  const parts = await readParts(folders);
  if (!parts.ok) return parts;
  const load = loadOf(parts.parts, settings);
  if (!load.ok) return load;
  const { test, profile, runId, phases } = load.load;
  const unwritable = await resultsProblem(root, test);
  if (unwritable) return { ok: false, problems: [unwritable] };

  const paths = parts.parts.map(({ folder }) => folder);
  const shares = [];
  for (const { folder, summary } of parts.parts) {
    shares.push(summary ? { summary, rebuilt: false } : await factsIn(folder, { test, profile, runId, phases }));
  }
  const pool = await poolOf(paths, { test, profile, runId, phases });
  const facts = factsOfShares(shares, pool);
  const span = await spanOf(parts.parts, pool);
  if (!span.ok) return span;
  const run = await describe(root, parts.parts, load.load, settings, span, k6Version);
  const pace = run.configuration.pace;
  const verdict = judge({ ...facts, run, phases, pace });

  const folder = await createRunFolder(root, test, profile, new Date(run.startedAt));
  if (facts.summary) await writeRunJson(folder, 'summary.json', facts.summary);
  await writeRunJson(folder, 'run.json', run);
  await writeRunJson(folder, 'verdict.json', verdict);
  await keepTimeline(folder, paths, run);
  await keepParts(folder, parts.parts);
  return { ok: true, folder, verdict };
}

type ReadParts = { ok: true; parts: Part[] } | { ok: false; problems: string[] };

async function readParts(folders: readonly string[]): Promise<ReadParts> {
  const problems: string[] = [];
  const parts: Part[] = [];
  for (const folder of folders.map((each) => resolve(each))) {
    const name = nameOf(folder, parts.length);
    if (parts.some((part) => part.folder === folder)) problems.push(`${folder} is given twice.`);
    else if (!(await isFolder(folder))) problems.push(`${folder} is no folder.`);
    else parts.push({ folder, name, ...(await filesIn(folder, problems)) });
  }
  if (problems.length === 0 && !parts.some(({ summary }) => summary)) {
    problems.push('none of the folders holds a summary.json: k6 writes it at the end of a run.');
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, parts };
}

async function filesIn(folder: string, problems: string[]): Promise<Pick<Part, 'summary' | 'run'>> {
  const read = async <Name extends 'summary.json' | 'run.json'>(name: Name): Promise<JsonFiles[Name] | null> => {
    const file = await readRunJson(folder, name);
    if (file.ok) return file.content;
    if (!file.missing) problems.push(`${join(folder, name)} ${file.problem}.`);
    return null;
  };
  return { summary: await read('summary.json'), run: await read('run.json') };
}

type LoadOf = { ok: true; load: Load } | { ok: false; problems: string[] };

/** What all parts were a share of, or why they can't be shares of one load. */
function loadOf(parts: readonly Part[], settings: Settings): LoadOf {
  const refused = (problem: string): LoadOf => ({ ok: false, problems: [problem] });
  const first = parts.find(({ summary }) => summary)!;
  const { test, profile, runId } = first.summary!;
  const stranger = parts.find(({ summary }) => summary && (summary.test !== test || summary.profile !== profile));
  if (stranger?.summary) {
    const { summary, name } = stranger;
    return refused(
      `${first.name} is ${test} ${profile} and ${name} is ${summary.test} ${summary.profile}: no shares of one load.`,
    );
  }
  if (!TEST_NAMES.includes(test as TestName)) {
    return refused(`there is no test "${test}"; there are ${TEST_NAMES.join(', ')}.`);
  }
  const users = parts.find(({ run }) => run)?.run?.configuration.users ?? (Number(settings.USERS) || undefined);
  let phases: readonly Phase[];
  try {
    phases = plannedPhases(test as TestName, { ...settings, PROFILE: profile, USERS: users ? String(users) : '' });
  } catch (error) {
    return refused((error as Error).message);
  }
  const planned = peakLevel(test as TestName, phases);
  const most = allVirtualUsers(test as TestName, phases);
  const had = parts.reduce((sum, { summary }) => sum + (summary?.totals.maxUsers ?? 0), 0);
  // Each may round its share up, and a scenario that watches the server has a user of its own.
  if (had > most + parts.length) {
    return refused(
      `together they had ${had} users where ${test} ${profile} has ${most}: these are no shares of one load. (USERS says how many it was to have.)`,
    );
  }
  return { ok: true, load: { test: test as TestName, profile, runId, phases, users: planned } };
}

type Span = { ok: true; startedMs: number; endedMs: number } | { ok: false; problems: string[] };

/** From the first to the last moment, by run.json, by the samples, or by when the summary was written. */
async function spanOf(parts: readonly Part[], pool: Pool | undefined): Promise<Span> {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const [index, { run, summary, folder }] of parts.entries()) {
    if (run) spans.push({ fromMs: Date.parse(run.startedAt), toMs: Date.parse(run.endedAt) });
    else if (pool) spans.push(pool.spans[index]!);
    else if (summary) {
      const { mtimeMs } = await stat(join(folder, 'summary.json'));
      spans.push({ fromMs: mtimeMs - summary.durationMs, toMs: mtimeMs });
    }
  }
  const starts = spans.map(({ fromMs }) => fromMs).filter(Number.isFinite);
  const apart = (Math.max(...starts) - Math.min(...starts)) / 1_000;
  if (apart > TOGETHER_SECONDS) {
    return { ok: false, problems: [`they began ${Math.round(apart)} s apart: no shares of one load.`] };
  }
  const ends = spans.map(({ toMs }) => toMs).filter(Number.isFinite);
  return { ok: true, startedMs: Math.min(...starts), endedMs: Math.max(...ends) };
}

async function describe(
  root: string,
  parts: readonly Part[],
  { test, profile, runId, phases, users }: Load,
  settings: Settings,
  span: Extract<Span, { ok: true }>,
  k6Version: string,
): Promise<RunFile> {
  const known = parts.find(({ run }) => run)?.run;
  const versions = await ownVersions(root);
  const k6 = known?.versions.k6 ?? k6Version;
  return {
    schema: RUN_SCHEMA,
    ...{ runId, test, profile },
    startedAt: new Date(span.startedMs).toISOString(),
    endedAt: new Date(span.endedMs).toISOString(),
    configuration: {
      ...(known?.configuration ?? {
        target: settings.BASE_URL ? hostOf(settings.BASE_URL) : '',
        setup: '',
        profile,
        users,
        pace: Number(settings.PACE),
        repeatQuestions: Number(settings.REPEAT_QUESTIONS),
        seed: Number(settings.SEED),
        ...(settings.PROCESSING_SPEEDUP ? { processingSpeedup: Number(settings.PROCESSING_SPEEDUP) } : {}),
        k6Version: k6,
      }),
      generators: parts.length,
    },
    windows: windowsOf(test, phases),
    versions: { ...versions, k6, k6Testing: known?.versions.k6Testing ?? '' },
    target: known?.target ?? { baseUrl: settings.BASE_URL, revision: settings.TARGET_REVISION },
    ...endings(parts),
    interrupted: parts.some(({ run }) => run?.interrupted),
    deviations: [...new Set(parts.flatMap(({ run }) => run?.deviations ?? []))],
  };
}

/** How the processes ended and what they used, as far as somebody watched them. */
function endings(parts: readonly Part[]): Pick<RunFile, 'k6' | 'generator' | 'shares'> {
  const runs = parts.flatMap(({ run }) => run ?? []);
  const sum = (of: (generator: RunFile['generator']) => number) =>
    runs.reduce((total, { generator }) => total + of(generator), 0);
  const worst =
    runs.length > 0
      ? endsOf(
          [],
          runs.map((run) => run.k6),
        ).k6
      : { exitCode: 0, signal: null, errors: [] };
  return {
    k6: { ...worst, binary: runs[0]?.k6.binary ?? '' },
    generator: {
      cores: sum(({ cores }) => cores),
      memoryBytes: sum(({ memoryBytes }) => memoryBytes),
      readings: [],
      clockJumpsMs: [],
    },
    shares: parts.map(({ name, run }): Share => (run ? { name, k6: run.k6, generator: run.generator } : { name })),
  };
}

/** For pictures and diagnosis, where all samples are there. */
async function keepTimeline(folder: string, paths: readonly string[], run: RunFile): Promise<void> {
  const samples = paths.flatMap((path) => samplesIn(path) ?? []);
  if (samples.length < paths.length) return;
  const { runId, startedAt, endedAt } = run;
  const timeline = await foldTimeline(samples, { runId, startedAt, endedAt, generator: [], signals: [] }).catch(
    () => undefined,
  );
  if (timeline) await writeRunJson(folder, 'timeline.json', timeline);
}

/** The parts' own facts stay beside their sum. */
async function keepParts(folder: string, parts: readonly Part[]): Promise<void> {
  for (const part of parts.filter(({ summary }) => summary)) {
    await mkdir(join(folder, part.name));
    await copyFile(join(part.folder, 'summary.json'), join(folder, part.name, 'summary.json'));
  }
}

/** `runner-2` of a pod; runs of several machines may have the same folder name. */
function nameOf(folder: string, index: number): string {
  return `${index + 1}-${basename(folder)}`;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
