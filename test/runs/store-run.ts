/** Run folders that were never run, as the runner would have left them: what baselines and comparisons are tested with. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judge } from '../../gate/judge/verdict.ts';
import { Latencies } from '../../gate/runs/samples/timeline-histogram.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile } from '../../src/wire/run-files.ts';
import { TIMELINE_SCHEMA, type Timeline } from '../../src/wire/timeline.ts';
import { healthyRun, healthySummary, PHASES } from '../judge/healthy-run.ts';

export interface Made {
  /** Its folder is named after this second. */
  startedAt: string;
  /** ms; p50 lies at half of it. */
  p95?: number;
  /** Of the target. */
  revision?: string;
  series?: string;
  run?: Partial<RunFile>;
  summary?: Partial<Summary>;
}

/** Makes `results/chat/<time>-gate`. @returns its name */
export async function storeRun(results: string, made: Made): Promise<string> {
  const { startedAt, p95 = 2_700, revision = 'a1', series } = made;
  const runId = `run-of-${startedAt}`;
  const run = healthyRun({
    runId,
    startedAt,
    target: { baseUrl: 'http://127.0.0.1:3000', revision },
    ...(series === undefined ? {} : { series }),
    ...made.run,
  });
  const healthy = healthySummary();
  const latency = { ...healthy.latencies[0]!, med: p95 / 2, p95 };
  const summary = { ...healthy, runId, latencies: [latency], ...made.summary };
  const name = `${startedAt.slice(0, 19).replaceAll(':', '-')}Z-${run.profile}`;
  const folder = join(results, run.test, name);
  await mkdir(folder, { recursive: true });
  const files = {
    'run.json': run,
    'summary.json': summary,
    'verdict.json': judge({ run, summary, rebuilt: false, phases: PHASES, pace: 1 }),
    'timeline.json': timelineOf(run, p95),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), JSON.stringify(content));
  return name;
}

/** Runs of one version, a minute from one to the next, with these p95 (ms). @returns their names */
export async function storeRuns(
  results: string,
  day: string,
  p95s: readonly number[],
  made: Omit<Made, 'startedAt' | 'p95'> = {},
): Promise<string[]> {
  const names: string[] = [];
  for (const [index, p95] of p95s.entries()) {
    const startedAt = `${day}T10:${String(index).padStart(2, '0')}:00.000Z`;
    names.push(await storeRun(results, { ...made, startedAt, p95 }));
  }
  return names;
}

/** A thousand questions in the first second, spread evenly up to twice the median. */
function timelineOf({ runId, startedAt }: RunFile, p95: number): Timeline {
  const latencies = new Latencies();
  for (let request = 1; request <= 1_000; request++) latencies.record((p95 * request) / 950);
  const latency = latencies.encoded();
  return {
    schema: TIMELINE_SCHEMA,
    runId,
    startedAt,
    phases: ['normal'],
    routes: ['POST /api/chat'],
    kinds: [],
    parts: [],
    cells: [[20, 0, 0, 1_000, 0, latency]],
    failures: [],
    serverTime: [],
    users: [100],
    dropped: [],
    latencies: [{ phase: 0, route: 0, requests: 1_000, failed: 0, latency }],
    slowest: [],
    errors: [],
    otherErrors: 0,
    signals: [],
    generator: [],
    samples: { rows: 1_000, unreadable: 0, outside: 0, truncated: false },
  };
}
