/** A project folder with the shipped checklist, and runs and audits that never were: what a release is decided by. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../../gate/judge/verdict.ts';
import { gatesOf, throughputFloor } from '../../src/thresholds.ts';
import { AUDIT_SCHEMA, type AuditFile, type Finding } from '../../src/wire/audit-file.ts';
import type { Fact, Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import { TIMELINE_SCHEMA, type Timeline } from '../../src/wire/timeline.ts';
import {
  peakLevel,
  phasesOf,
  plannedSeconds,
  scenarioOf,
  type TestName,
  virtualUsers,
  WORKLOADS,
  windowsOf,
} from '../../src/workloads.ts';
import { healthyRun, healthySummary, readings } from '../judge/healthy-run.ts';

/** Everything that checklist.yaml wants runs of. */
export const TESTED: readonly TestName[] = ['quick', 'chat', 'video', 'auth', 'database', 'rate-limits', 'mixed'];
export const TODAY = '2026-03-15T12:00:00.000Z';

export interface MadeRun {
  test: TestName;
  startedAt?: string;
  profile?: 'smoke' | 'gate' | 'standard';
  users?: number;
  /** Criteria of which one sample in ten is over the limit, or whose signal is far off. */
  broken?: readonly string[];
  revision?: string;
  /** Of the embedded platform. */
  setup?: string;
  run?: Partial<RunFile>;
  /** Changes the verdict after it was judged, as somebody with an editor would. */
  edit?: (verdict: Verdict) => void;
}

export interface MadeRelease {
  root: string;
  results: string;
  ledger: string;
  /** @returns the run's name */
  run(made: MadeRun): Promise<string>;
  /** Stores an audit in which everything is in order, but for these findings. */
  audit(changes?: Record<string, Partial<Finding>>, file?: Partial<AuditFile>): Promise<void>;
  remove(): Promise<void>;
}

export async function madeRelease(): Promise<MadeRelease> {
  const root = await mkdtemp(join(tmpdir(), 'launchgate-release-'));
  const results = join(root, 'results');
  for (const file of ['checklist.yaml', 'costs.json', 'package.json']) await copyFile(file, join(root, file));
  return {
    root,
    results,
    ledger: join(root, 'attestations.jsonl'),
    run: (made) => storeRun(results, made),
    async audit(changes = {}, file = {}) {
      const folder = join(results, 'audit', (file.at ?? TODAY).slice(0, 19).replaceAll(':', '-'));
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'audit.json'), JSON.stringify(auditFile(changes, file)));
    },
    remove: () => rm(root, { recursive: true }),
  };
}

const FINDINGS = [
  ...['vector-index', 'vector-search', 'tenant-filter', 'connections', 'pooling', 'foreign-keys', 'whole-reads'],
  ...['analyzed', 'query-statistics', 'slow-query-log', 'n-plus-one', 'cache', 'cache-dashboards', 'cache-videos'],
  ...['cache-fresh', 'cache-ttl', 'ai-limits', 'ai-queue', 'ai-backoff', 'processing-workers', 'processing-limit'],
  ...['processing-retries', 'session-lookup', 'media', 'health-check', 'security-headers', 'secrets'],
];

function auditFile(changes: Record<string, Partial<Finding>>, file: Partial<AuditFile>): AuditFile {
  const findings = FINDINGS.map(
    (id): Finding => ({
      ...{ id, title: id, outcome: 'ok', severity: 'high', seen: 'as it should be', why: 'because', fix: '' },
      monthlyCost: 0,
      ...changes[id],
    }),
  );
  const of = { target: 'embedded', setup: 'recommended', revision: '', at: TODAY, sources: ['the app'] };
  return { schema: AUDIT_SCHEMA, ...of, findings, ...file };
}

async function storeRun(results: string, made: MadeRun): Promise<string> {
  const { test, startedAt = TODAY, profile = 'standard', broken = [], revision = '', setup = 'recommended' } = made;
  const phases = phasesOf(test, profile, made.users);
  const windows = windowsOf(test, phases);
  const runId = `${test}-${startedAt}`;
  const configuration = {
    ...{ target: 'embedded', setup, profile, users: peakLevel(test, phases), pace: 1 },
    ...{ repeatQuestions: 0, seed: 1, processingSpeedup: 60, k6Version: '2.2.0', generators: 1 },
  };
  const run = healthyRun({
    ...{ runId, test, profile, startedAt, configuration, windows },
    endedAt: new Date(Date.parse(startedAt) + plannedSeconds(test, phases) * 1_000).toISOString(),
    target: { baseUrl: 'http://127.0.0.1:3000', revision },
    generator: { cores: 2, memoryBytes: 8e9, readings: readings(() => 0.3), clockJumpsMs: [] },
    signalSources: [{ source: 'metrics', everyMs: 5_000, looks: 100, failed: 0, problem: '' }],
    ...made.run,
  });
  const gates = gatesOf(test, phases);
  const facts = gates.flatMap(({ criterion, phase }): Fact[] => {
    if (criterion.stat === 'signal') return [];
    const hold = phases.find(({ name }) => name === phase);
    const over = broken.includes(criterion.id);
    if (criterion.stat === 'throughput') {
      const floor = Math.ceil(throughputFloor(criterion, hold!, 1));
      return [{ criterion: criterion.id, phase, seen: over ? floor / 2 : floor + 5, over: 0 }];
    }
    if (criterion.stat === 'processing') {
      const videos = Math.ceil((hold!.holdSeconds * 60 * (over ? 60 : 120)) / 3_600);
      return [{ criterion: criterion.id, phase, seen: videos, over: 0 }];
    }
    return [{ criterion: criterion.id, phase, seen: 4_000, over: over ? 400 : 0 }];
  });
  const once = Object.keys(WORKLOADS[test].scenarios)
    .filter((name) => scenarioOf(test, name).model === 'once')
    .reduce((sum, name) => sum + virtualUsers(test, phases, name), 0);
  const { latencies, totals, ...healthy } = healthySummary();
  const routes = ['POST /api/chat', 'dashboards'];
  const summary: Summary = {
    ...healthy,
    ...{ test, profile, runId, facts },
    durationMs: plannedSeconds(test, phases) * 1_000,
    latencies: windows.flatMap(({ phase }) =>
      routes.map((route) => ({ ...latencies[0]!, route, phase, count: 4_000 })),
    ),
    totals: { ...totals, iterations: 10_000 + once, maxUsers: 2_000 },
  };
  const timeline = timelineOf(run, broken);
  const verdict = judge({ run, summary, rebuilt: false, signals: timeline.signals, phases, pace: 1 });
  made.edit?.(verdict);
  const name = `${startedAt.slice(0, 19).replaceAll(':', '-')}Z-${profile}`;
  const folder = join(results, test, name);
  await mkdir(folder, { recursive: true });
  const files = { 'run.json': run, 'summary.json': summary, 'verdict.json': verdict, 'timeline.json': timeline };
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), JSON.stringify(content));
  return name;
}

/** A reading of every signal each five seconds; that of a broken criterion lies far beyond its limit. */
function timelineOf({ runId, startedAt, test, windows }: RunFile, broken: readonly string[]): Timeline {
  const off = (id: string) => broken.includes(`${test}.${id}`);
  const values = {
    db_connections_used_ratio: off('connections') ? 0.97 : 0.4,
    queue_depth: off('queue') ? 80 : 12,
    cache_hit_ratio: off('cache-hits') ? 0.2 : 0.8,
    ai_remaining_ratio: off('ai-headroom') ? 0.01 : 0.5,
  };
  const end = windows.at(-1)!.toMs;
  const times = Array.from({ length: Math.floor(end / 5_000) }, (_, index) => index * 5_000 + 2_500);
  return {
    ...{ schema: TIMELINE_SCHEMA, runId, startedAt, phases: [], routes: [], kinds: [], parts: [], cells: [] },
    ...{ failures: [], serverTime: [], users: [], dropped: [], latencies: [], slowest: [], errors: [], otherErrors: 0 },
    signals: times.flatMap((atMs) =>
      Object.entries(values).map(([signal, value]) => ({ signal, atMs, value, ageMs: 0, source: 'metrics' })),
    ),
    generator: [],
    samples: { rows: 0, unreadable: 0, outside: 0, truncated: false },
  };
}
