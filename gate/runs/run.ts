/**
 * One run of one test, from settings to verdict: everything that is started here is stopped here.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { hostLabel, parseTarget, proxyProblems } from '../../src/wire/guard.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import { RUN_SCHEMA, type RunFile, type SignalSource, type Verdict } from '../../src/wire/run-files.ts';
import { redact, type SettingName, type Settings } from '../../src/wire/settings.ts';
import type { SignalReading, Timeline } from '../../src/wire/timeline.ts';
import {
  loadText,
  type Phase,
  PROCESSING_SPEEDUP,
  type Profile,
  peakLevel,
  plannedSeconds,
  type TestName,
  windowsOf,
} from '../../src/workloads.ts';
import { judge } from '../judge/verdict.ts';
import { judgeCutOffRuns } from './cut-off.ts';
import { fileErrorText } from './folder/file-error.ts';
import { createRunFolder, keepFiles, packSamples, removeRunFolder, SAMPLES } from './folder/run-folder.ts';
import { type Announcement, announceRun } from './folder/run-in-progress.ts';
import { watchGenerator } from './k6/generator.ts';
import { endsOf, generatorFolders, startGenerators } from './k6/generators.ts';
import { findK6, type K6 } from './k6/k6.ts';
import { k6ArgumentProblems, k6Environment } from './k6/k6-environment.ts';
import { followRun, type Progress } from './k6/progress.ts';
import { factsOf } from './samples/facts-of.ts';
import { foldTimeline } from './samples/timeline.ts';
import type { Sample } from './samples/timeline-samples.ts';
import { inspectContract } from './start/contract.ts';
import { memoryForFiles } from './start/file-memory.ts';
import { probeHealth } from './start/health.ts';
import { type EmbeddedPlatform, startPlatform } from './start/platform-process.ts';
import { planRun } from './start/preflight.ts';
import { signInsNotMeasured } from './start/sign-ins.ts';
import { ownVersions } from './versions.ts';

/** What a run shows while it goes on. */
export interface Screen {
  line(text: string): void;
  progress(progress: Progress): void;
}

/** What the platform told about itself during the load. */
export interface SignalRecord {
  readings: SignalReading[];
  sources: SignalSource[];
}

/** Reads signals until it is stopped. */
export interface SignalRecorder {
  stop(): Promise<SignalRecord>;
}

/** Begins to read the target's signals. @param startedMs Unix ms @param saw is told of every look at a source */
export type RecordSignals = (target: Settings, startedMs: number, saw: (look: SourceLook) => void) => SignalRecorder;

export interface RunRequest {
  /** The project's folder. */
  root: string;
  test: string;
  settings: Settings;
  env: NodeJS.ProcessEnv;
  /** Further arguments for k6, as the user gave them. */
  k6Args: readonly string[];
  screen: Screen;
  /** Aborted when the person wants an end. */
  signal: AbortSignal;
  /** What the runs of one --repeat have in common. */
  series?: string;
  /** Given every sample of k6's while it runs. */
  onSample?: (sample: Sample) => void;
  /** Without it, k6 reads METRICS_URL by itself. */
  recordSignals?: RecordSignals;
}

export type RunResult =
  /** @property unkept a line for each file that the run should have left and could not */
  | { kind: 'judged'; folder: string; verdict: Verdict; interrupted: boolean; unkept: string[] }
  /** No load was sent. @property why inconclusive where it could not have shown anything */
  | { kind: 'stopped'; why: 'usage' | 'unreachable' | 'inconclusive' | 'interrupted' | 'ours'; problems: string[] };

type Stopped = Extract<RunResult, { kind: 'stopped' }>;

export async function run(request: RunRequest): Promise<RunResult> {
  const { root, env, settings, screen, signal } = request;
  for (const name of await judgeCutOffRuns(join(root, 'results'))) {
    screen.line(`${name} was cut off; what it had measured is kept: \`./launchgate report ${name}\`.`);
  }
  const plan = await planRun(root, request.test, settings);
  const found = await findK6({ root, named: settings.LAUNCHGATE_K6, path: env.PATH ?? '' });
  const problems = [
    ...(plan.ok ? [] : plan.problems),
    ...(found.ok ? [] : [found.problem]),
    ...k6ArgumentProblems(request.k6Args),
    ...proxyProblems(env, settings),
  ];
  if (!plan.ok || !found.ok || problems.length > 0) return stopped('usage', problems);
  const notMeasured = signInsNotMeasured(plan.test, plan.phases, settings);
  if (notMeasured) return stopped('inconclusive', [notMeasured]);

  let platform: EmbeddedPlatform | undefined;
  let platformDied: string | undefined;
  let target = settings.BASE_URL ? settings : settingsOnEmbedded(forEmbedded(settings), root, plan.test);
  if (plan.test === 'auth') target = { ...target, SESSIONS_FILE: '' };
  try {
    if (!settings.BASE_URL) {
      screen.line(`Starting the embedded platform (setup ${settings.SETUP}) …`);
      const started = await startPlatform({ root, settings: target, env, say: screen.line, signal });
      if (!started.ok) return stopped(started.why, started.problems);
      platform = started.platform;
      void platform.ended.then((how) => (platformDied = how));
      target = { ...target, BASE_URL: platform.url, METRICS_URL: `${platform.url}/metrics` };
    }
    const health = await probeHealth(target, signal);
    if (signal.aborted) return stopped('interrupted', []);
    if (!health.ok) return unreachable([health.problem]);
    if (health.notice) screen.line(health.notice);
    if (health.revision && !target.TARGET_REVISION) target = { ...target, TARGET_REVISION: health.revision };
    const result = await loadAndJudge({ ...request, ...plan, k6: found.k6, settings: target, platform });
    return result.kind === 'stopped' && result.why === 'unreachable' ? unreachable(result.problems) : result;
  } finally {
    await platform?.stop();
  }

  /** An embedded platform that died is not the person's to mend. */
  function unreachable(problems: string[]): Stopped {
    if (platformDied === undefined) return stopped('unreachable', problems);
    return stopped('ours', [`the embedded platform ${platformDied} before the load.`]);
  }
}

interface PlannedRun extends Omit<RunRequest, 'test'> {
  test: TestName;
  phases: readonly Phase[];
  k6: K6;
  /** With BASE_URL always set. */
  settings: Settings;
  platform: EmbeddedPlatform | undefined;
}

async function loadAndJudge(planned: PlannedRun): Promise<RunResult> {
  const { root, test, phases, k6, settings, screen, signal } = planned;
  // One reader is enough: an exporter that is asked twice as often tells half as much each time.
  const forK6 = planned.recordSignals ? { ...settings, METRICS_URL: '' } : settings;
  const streams = planned.k6Args.some((arg) => /^(?:--out=|-o=?)?cloud\b/.test(arg));
  const { env, dropped } = k6Environment(planned.env, forK6, streams);
  if (dropped.length > 0) screen.line(`Left out, since k6 would change the load by it: ${dropped.join(', ')}.`);
  const runId = newRunId();
  const folder = await createRunFolder(root, test, settings.PROFILE, new Date());
  const hide = (line: string) => redact(line, settings);

  screen.line('Checking the contract …');
  const contract = await inspectContract({ root, test, folder, binary: k6.path, env, runId, redact: hide, signal });
  if (signal.aborted || contract.fatal.length > 0) {
    await removeRunFolder(folder);
    return signal.aborted ? stopped('interrupted', []) : stopped(contract.why, contract.fatal);
  }
  for (const deviation of contract.deviations) screen.line(`The contract deviates: ${deviation}`);

  const folders = await generatorFolders(folder, Number(settings.GENERATORS));
  const begun = await describeBegin(planned, { runId, contract });
  const { load, announced } = await sendLoad(planned, { folder, folders, env, begun, redact: hide });
  const { summary, rebuilt } = await factsOf(folders, { test, profile: settings.PROFILE, runId, phases });
  const runFile = describeEnd(begun, load);
  const timeline = await timelineOf(folders, runFile, load.signals.readings);
  const signals = timeline?.signals ?? load.signals.readings;
  const verdict = judge({ summary, rebuilt, run: runFile, signals, timeline, phases, pace: Number(settings.PACE) });
  const counted = summary && (rebuilt || folders.length > 1) ? { 'summary.json': summary } : {};
  const unkept = await keepFiles(folder, {
    ...counted,
    'run.json': runFile,
    ...(timeline ? { 'timeline.json': timeline } : {}),
    'verdict.json': verdict,
  });
  if (unkept.length === 0) await announced.judged();
  if (!rebuilt && samplesAreLost(timeline)) {
    screen.line(
      'Samples were lost: charts and diagnosis show a part of the run. The verdict stands on what k6 counted.',
    );
  }
  for (const each of folders) {
    await packSamples(each).catch((error) => screen.line(`The samples stay unpacked: ${fileErrorText(error)}.`));
  }
  return { kind: 'judged', folder, verdict, interrupted: load.interrupted, unkept };
}

interface Load {
  endedAt: Date;
  ends: Pick<RunFile, 'shares'> & { k6: Omit<RunFile['k6'], 'binary'> };
  generator: Pick<RunFile['generator'], 'readings' | 'clockJumpsMs'>;
  signals: SignalRecord;
  interrupted: boolean;
  /** How the embedded platform ended before k6 did. */
  platformDied: string | undefined;
}

async function sendLoad(
  { root, test, phases, settings, k6, k6Args, platform, screen, signal, recordSignals, onSample }: PlannedRun,
  run: { folder: string; folders: string[]; env: NodeJS.ProcessEnv; begun: RunFile; redact: (line: string) => string },
): Promise<{ load: Load; announced: Announcement }> {
  const plannedMs = plannedSeconds(test, phases) * 1_000;
  screen.line(`Sending load: ${test}, ${loadText(test, phases)}, ${plannedMs / 1_000} s …`);
  const fileMemory = memoryForFiles(test, phases, settings.PROFILE as Profile);
  if (fileMemory.notice) screen.line(fileMemory.notice);
  const startedMs = Date.parse(run.begun.startedAt);
  const paths = run.folders.map((folder) => join(folder, SAMPLES));
  const { windows } = run.begun;
  // Before the first sample: whatever is measured can be judged, even if we don't come to it.
  const announced = await announceRun(
    run.folder,
    {
      ...{ pid: process.pid, test, profile: settings.PROFILE, startedMs, plannedMs, windows, samples: paths },
      ...{ baseUrl: settings.BASE_URL, isEmbedded: platform !== undefined },
    },
    { pid: process.pid, plannedMs, phases: [...phases], folders: run.folders, run: run.begun },
  );
  const generators = startGenerators(run.folders, {
    binary: k6.path,
    // Relative to the folder: k6 reads a path with `=` or `,` as options.
    args: ['--out', `csv=${SAMPLES}`, ...k6Args, join(root, 'dist', `${test}.js`)],
    env: {
      // A GOMEMLIMIT of the person's own wins.
      ...fileMemory.env,
      ...run.env,
      K6_CSV_TIME_FORMAT: 'unix_milli',
      LAUNCHGATE_RUN_ID: run.begun.runId,
    },
    redact: run.redact,
  });
  const watch = watchGenerator(generators.pids, startedMs);
  const recorder = recordSignals?.(settings, startedMs, announced.saw);
  const unfollow = followRun({
    ...{ paths, test, plannedMs, startedMs, windows },
    show: (progress) => screen.progress(progress),
    ...(onSample ? { onSample } : {}),
  });
  const interrupt = () => {
    screen.line('Stopping k6, so that it can write what it has …');
    generators.stop();
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });

  let platformDied: string | undefined;
  let loadEnded = false;
  void platform?.ended.then((how) => {
    if (loadEnded) return;
    platformDied = how;
    screen.line(`The embedded platform ${how}; ending the run.`);
    generators.stop();
  });
  const ends = await generators.ended;
  loadEnded = true;
  signal.removeEventListener('abort', interrupt);
  const endedAt = new Date();
  const signals = (await recorder?.stop()) ?? { readings: [], sources: [] };
  await unfollow();
  await announced.loadEnded();
  const load = {
    endedAt,
    ends: endsOf(
      run.folders.map((folder) => basename(folder)),
      ends,
    ),
    generator: watch.stop(),
    signals,
    interrupted: signal.aborted,
    platformDied,
  };
  return { load, announced };
}

/** For pictures, diagnosis and signals: a run whose samples can't be read has its verdict all the same. */
function timelineOf(
  folders: readonly string[],
  { runId, startedAt, endedAt, generator }: RunFile,
  signals: SignalReading[],
): Promise<Timeline | undefined> {
  const known = { runId, startedAt, endedAt, generator: generator.readings, signals };
  const paths = folders.map((each) => join(each, SAMPLES));
  return foldTimeline(paths, known).catch(() => undefined);
}

/** On a disk that is full k6 goes on, and what it can't write is missing. */
function samplesAreLost(timeline: Timeline | undefined): boolean {
  return !timeline || timeline.samples.truncated || timeline.samples.unreadable > 0;
}

/** What is known as the load begins; its end is that of a run which is cut off at once. */
async function describeBegin(
  { root, test, phases, k6, settings, platform, series }: PlannedRun,
  { runId, contract }: { runId: string; contract: { deviations: string[]; k6Testing: string } },
): Promise<RunFile> {
  const versions = await ownVersions(root);
  const startedAt = new Date().toISOString();
  return {
    schema: RUN_SCHEMA,
    runId,
    test,
    profile: settings.PROFILE,
    startedAt,
    endedAt: startedAt,
    configuration: {
      target: platform ? 'embedded' : hostOf(settings.BASE_URL),
      setup: platform ? [settings.SETUP, settings.PLATFORM_SWITCHES].filter(Boolean).join(' ') : '',
      profile: settings.PROFILE,
      users: peakLevel(test, phases),
      pace: Number(settings.PACE),
      repeatQuestions: Number(settings.REPEAT_QUESTIONS),
      seed: Number(settings.SEED),
      ...(settings.PROCESSING_SPEEDUP ? { processingSpeedup: Number(settings.PROCESSING_SPEEDUP) } : {}),
      ...(settings.SESSIONS_FILE ? { sessions: 'prepared' as const } : {}),
      k6Version: k6.version,
      generators: Number(settings.GENERATORS),
    },
    windows: windowsOf(test, phases),
    versions: { ...versions, k6: k6.version, k6Testing: contract.k6Testing },
    target: { baseUrl: settings.BASE_URL, revision: settings.TARGET_REVISION || (platform ? versions.git : '') },
    k6: { exitCode: null, signal: null, binary: k6.path, errors: [] },
    generator: { cores: availableParallelism(), memoryBytes: totalmem(), readings: [], clockJumpsMs: [] },
    interrupted: true,
    deviations: contract.deviations,
    ...(series === undefined ? {} : { series }),
  };
}

function describeEnd(begun: RunFile, load: Load): RunFile {
  return {
    ...begun,
    endedAt: load.endedAt.toISOString(),
    target: { ...begun.target, ...(load.platformDied === undefined ? {} : { died: load.platformDied }) },
    ...load.ends,
    k6: { ...load.ends.k6, binary: begun.k6.binary },
    generator: { ...begun.generator, ...load.generator },
    signalSources: load.signals.sources,
    interrupted: load.interrupted,
  };
}

/** Settings that say where the user's own platform is and how it differs: none of them is true of the embedded one. */
const OWN_PLATFORM = [
  'SUPABASE_URL',
  'SUPABASE_SERVICE_ROLE_KEY',
  'AUTH_COOKIE_NAME',
  'EXTRA_HEADERS',
  'METRICS_URL',
  'METRICS_AUTHORIZATION',
  'EXPORTERS',
  'DATABASE_URL',
  'REDIS_URL',
  'UPSTASH_ACCOUNT',
  'UPSTASH_DATABASE_ID',
  'LIMITS_FILE',
  'SESSIONS_FILE',
  'SIGN_INS_PER_HOUR',
  'TARGET_REVISION',
] as const satisfies readonly SettingName[];

/** Settings for the embedded platform: what is true of the user's own is left out, and what a profile implies is filled in. */
export function forEmbedded(settings: Settings): Settings {
  return {
    ...settings,
    ...Object.fromEntries(OWN_PLATFORM.map((name) => [name, ''])),
    PROCESSING_SPEEDUP: settings.PROCESSING_SPEEDUP || String(PROCESSING_SPEEDUP[settings.PROFILE as Profile]),
  };
}

/** Limits have windows of seconds in place of minutes and hours, where they are what is tested. */
export function settingsOnEmbedded(settings: Settings, root: string, test: TestName): Settings {
  return test === 'rate-limits' ? { ...settings, LIMITS_FILE: join(root, 'fixtures', 'short-windows.json') } : settings;
}

/** Unique, short, and sorts by time: `mci4ab12-3fa9`. */
export function newRunId(): string {
  return `${Date.now().toString(36)}-${randomBytes(2).toString('hex')}`;
}

export function hostOf(url: string): string {
  const parsed = parseTarget(url);
  return parsed.ok ? hostLabel(parsed.origin) : url;
}

function stopped(why: Stopped['why'], problems: string[]): Stopped {
  return { kind: 'stopped', why, problems };
}
