/**
 * A run folder of a chat run that never was, from a seed: what the report's tests look at. Its samples come from
 * test/runs/k6-csv.ts and are folded as those of a real run.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldTimeline } from '../../gate/runs/samples/timeline.ts';
import {
  allowedShare,
  type FailureCriterion,
  type Gate,
  gatesOf,
  type PercentileCriterion,
  type ThroughputCriterion,
  throughputFloor,
} from '../../src/thresholds.ts';
import { SUMMARY_SCHEMA, type Summary } from '../../src/wire/facts.ts';
import {
  type CriterionVerdict,
  type GeneratorReading,
  RUN_SCHEMA,
  type RunFile,
  VERDICT_SCHEMA,
  type Verdict,
} from '../../src/wire/run-files.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import { type Phase, type Profile, phasesOf, type Window, windowsOf } from '../../src/workloads.ts';
import { k6Csv, type MadeRequest, madeRequests, randomFrom, usersAt } from '../runs/k6-csv.ts';

export interface MadeRunOptions {
  startedAt: string;
  profile?: Profile;
  seed?: number;
  /** The platform becomes slow under load: p95 breaks in stress. */
  slow?: boolean;
  /** Every answer takes so many times as long. */
  factor?: number;
  /** A target that answers nothing. */
  dead?: boolean;
  /** A target whose texts want to become markup. */
  hostile?: boolean;
}

/** What a hostile target answers, wherever a string of its own comes through. */
export const HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>\u2028&"\'';

/** Makes `results/chat/<run>` with all its files. @returns its path */
export async function madeRun(results: string, options: MadeRunOptions): Promise<string> {
  const { startedAt, profile = 'standard', seed = 1, dead = false } = options;
  const phases = phasesOf('chat', profile);
  const windows = windowsOf('chat', phases);
  const requests = madeRequests(windows, seed).map((request) => (dead ? refused(request) : changed(request, options)));
  const name = `${startedAt.slice(0, 19).replaceAll(':', '-')}Z-${profile}`;
  const folder = join(results, 'chat', name);
  await mkdir(folder, { recursive: true });
  const samples = join(folder, 'samples.csv');
  await writeFile(samples, k6Csv(requests, Date.parse(startedAt), windows));

  const run = runFile(name, options, windows, seed);
  const write = (file: string, content: unknown) => writeFile(join(folder, file), `${JSON.stringify(content)}\n`);
  await write('run.json', run);
  const verdict = verdictOf(run, requests, phases);
  await write('verdict.json', verdict);
  await write('summary.json', summaryOf(run, requests, verdict));
  const { generator, runId, endedAt } = run;
  const input = { runId, startedAt, endedAt, generator: generator.readings, signals: signalsOf(windows, seed) };
  await write('timeline.json', await foldTimeline(samples, input));
  return folder;
}

function refused(request: MadeRequest): MadeRequest {
  return { ...request, ms: 0, status: 0, code: 1212, error: 'dial: connection refused', kind: 'connection', parts: {} };
}

function changed(request: MadeRequest, { slow, factor: each = 1, hostile }: MadeRunOptions): MadeRequest {
  const factor = each * (slow && request.phase === 'stress' && request.kind === '' ? 2.4 : 1);
  const parts = { ...request.parts };
  if (parts.ai !== undefined) parts.ai *= factor;
  return { ...request, ms: request.ms * factor, parts, error: hostile && request.error ? HOSTILE : request.error };
}

function runFile(
  name: string,
  { startedAt, profile = 'standard', hostile }: MadeRunOptions,
  windows: Window[],
  seed: number,
): RunFile {
  const durationMs = windows.at(-1)!.toMs + 10_000;
  return {
    schema: RUN_SCHEMA,
    runId: `chat-${name}`,
    test: 'chat',
    profile,
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + durationMs).toISOString(),
    configuration: {
      target: 'embedded',
      setup: 'recommended',
      profile,
      users: Math.max(...windows.map(({ users }) => users)),
      pace: 1,
      repeatQuestions: 0,
      seed,
      k6Version: '2.2.0',
      generators: 1,
    },
    windows,
    versions: { launchgate: '0.1.0', node: '20.20.2', k6: '2.2.0', k6Testing: '0.6.1', git: '6b86703' },
    target: { baseUrl: 'http://127.0.0.1:3100', revision: hostile ? HOSTILE : '6b86703' },
    k6: { exitCode: 0, signal: null, binary: 'k6', errors: hostile ? [HOSTILE] : [] },
    generator: { cores: 2, memoryBytes: 8 * 1024 ** 3, readings: readingsOf(windows, seed), clockJumpsMs: [] },
    interrupted: false,
    deviations: hostile ? [`GET /api/health answered ${HOSTILE}`] : [],
  };
}

function readingsOf(windows: Window[], seed: number): GeneratorReading[] {
  const random = randomFrom(seed + 1);
  const readings: GeneratorReading[] = [];
  for (let atMs = 1_000; atMs < windows.at(-1)!.toMs + 9_000; atMs += 1_000) {
    const users = usersAt(windows, atMs);
    readings.push({ atMs, cores: 0.02 + users / 3_500 + random() * 0.06, rssBytes: 1.1e8 + users * 190_000 });
  }
  return readings;
}

function signalsOf(windows: Window[], seed: number): SignalReading[] {
  const random = randomFrom(seed + 2);
  const signals: SignalReading[] = [];
  for (let atMs = 500; atMs < windows.at(-1)!.toMs + 8_000; atMs += 5_000) {
    const load = usersAt(windows, atMs) / 1_000;
    const values = {
      db_connections_used_ratio: 0.05 + 0.5 * load + random() * 0.05,
      queue_depth: Math.round(load ** 3 * 22 + random() * 2),
      cache_hit_ratio: 0.7 + random() * 0.08 - 0.05 * load,
      ai_remaining_ratio: 1 - 0.85 * load - random() * 0.03,
    };
    for (const [signal, value] of Object.entries(values)) signals.push({ signal, atMs, value, ageMs: 0 });
  }
  return signals;
}

function verdictOf(run: RunFile, requests: MadeRequest[], phases: readonly Phase[]): Verdict {
  const counted = gatesOf('chat', phases).filter(({ criterion }) => criterion.stat !== 'signal');
  const criteria = counted.map((gate) => criterionOf(gate, requests, phases));
  return {
    schema: VERDICT_SCHEMA,
    runId: run.runId,
    test: 'chat',
    profile: run.profile,
    outcome: criteria.some(({ outcome }) => outcome === 'fail') ? 'fail' : 'pass',
    provesLoad: run.profile !== 'smoke',
    confidence: 0.99,
    reasons: [],
    criteria,
  };
}

/** Near enough to the judge for a picture: its intervals are normal approximations. */
function criterionOf(gate: Gate, requests: MadeRequest[], phases: readonly Phase[]): CriterionVerdict {
  const criterion = gate.criterion as PercentileCriterion | FailureCriterion | ThroughputCriterion;
  const { phase } = gate;
  const mine = requests.filter((request) => {
    return request.phase === phase && (criterion.route === 'every request' || request.route === criterion.route);
  });
  const common = {
    criterion: criterion.id,
    phase,
    severity: criterion.severity,
    subject: criterion.route,
    stat: criterion.stat,
    note: '',
  };
  if (criterion.stat === 'throughput') {
    const limit = Math.floor(throughputFloor(criterion, phases.find(({ name }) => name === phase)!, 1));
    return {
      ...common,
      limitText: `at least ${limit.toLocaleString('en-US')} requests`,
      limit,
      unit: 'requests',
      actual: mine.length,
      seen: mine.length,
      over: null,
      interval: null,
      needed: 1,
      outcome: mine.length >= limit ? 'pass' : 'fail',
    };
  }
  const times = mine
    .filter(({ kind }) => kind === '')
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const failures = criterion.stat === 'failures';
  const over = mine.filter(({ kind, ms }) => kind !== '' || (!failures && ms >= criterion.below)).length;
  const share = over / mine.length;
  const half = 2.33 * Math.sqrt((share * (1 - share) + 0.0004) / mine.length);
  const percentile = times[Math.ceil((Number(criterion.stat.slice(1)) / 100) * times.length) - 1];
  return {
    ...common,
    limitText: failures ? `failures < ${criterion.below * 100} %` : `${criterion.stat} < ${criterion.below / 1000} s`,
    limit: criterion.below,
    unit: failures ? 'ratio' : 'ms',
    actual: failures ? share : (percentile ?? null),
    seen: mine.length,
    over,
    interval: { low: Math.max(0, share - half), high: Math.min(1, share + half) },
    needed: failures ? 459 : 90,
    outcome: share > allowedShare(criterion) ? 'fail' : 'pass',
  };
}

function summaryOf({ runId, profile, windows }: RunFile, requests: MadeRequest[], { criteria }: Verdict): Summary {
  return {
    schema: SUMMARY_SCHEMA,
    test: 'chat',
    profile,
    runId,
    durationMs: windows.at(-1)!.toMs + 10_000,
    facts: criteria.map(({ criterion, phase, seen, over }) => ({ criterion, phase, seen, over: over ?? 0 })),
    latencies: windows.flatMap(({ phase }) => latencyOf('POST /api/chat', phase, requests)),
    failures: [],
    serverParts: [],
    thresholds: [],
    totals: {
      requests: requests.length,
      failedRequests: requests.filter(({ kind }) => kind !== '').length,
      iterations: requests.length,
      droppedIterations: 0,
      exceptions: 0,
      maxUsers: Math.max(...windows.map(({ users }) => users)),
      bytesReceived: 1e7,
      bytesSent: 1e6,
    },
    latenessMs: null,
    stopped: null,
  };
}

function latencyOf(route: string, phase: string, requests: MadeRequest[]): Summary['latencies'] {
  const times = requests
    .filter((request) => request.route === route && request.phase === phase && request.kind === '')
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  if (times.length === 0) return [];
  const at = (share: number) => times[Math.ceil(share * times.length) - 1]!;
  const avg = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  const shares = { med: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
  return [{ route, phase, count: times.length, avg, min: times[0]!, max: times.at(-1)!, ...shares }];
}
