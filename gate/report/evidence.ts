/**
 * Reads what a run folder holds. A report is made from whatever is there: a folder that was half written, a file of a
 * newer launchgate or of somebody else costs its own part of the report and one line that says so.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { SUMMARY_SCHEMA, type Summary } from '../../src/wire/facts.ts';
import { RUN_SCHEMA, type RunFile, VERDICT_SCHEMA, type Verdict } from '../../src/wire/run-files.ts';
import { TIMELINE_SCHEMA, type Timeline } from '../../src/wire/timeline.ts';

export interface Evidence {
  /** Absolute. */
  folder: string;
  /** The folder's own name, unique among the runs of its test. */
  name: string;
  run?: RunFile;
  verdict?: Verdict;
  summary?: Summary;
  timeline?: Timeline;
  /** Why parts are missing, one line each. */
  problems: string[];
}

const text = z.string();
const number = z.number();
const count = z.number().int().nonnegative();
const ratio = z.number().min(0).max(1);

const reading = z.object({ atMs: number, cores: number, rssBytes: number, machineBusy: ratio.optional() });

const runFile = z.object({
  schema: z.literal(RUN_SCHEMA),
  runId: text,
  test: text,
  profile: text,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  configuration: z.object({
    target: text,
    setup: text,
    profile: text,
    users: number,
    pace: number,
    repeatQuestions: number,
    seed: number,
    k6Version: text,
    generators: number,
  }),
  windows: z.array(z.object({ phase: text, users: number, fromMs: number, toMs: number })),
  versions: z.object({ launchgate: text, node: text, k6: text, k6Testing: text, git: text }),
  target: z.object({ baseUrl: text, revision: text, died: text.optional() }),
  k6: z.object({ exitCode: number.nullable(), signal: text.nullable(), binary: text, errors: z.array(text) }),
  generator: z.object({
    cores: number,
    memoryBytes: number,
    readings: z.array(reading),
    clockJumpsMs: z.array(number),
  }),
  interrupted: z.boolean(),
  deviations: z.array(text),
});

const verdict = z.object({
  schema: z.literal(VERDICT_SCHEMA),
  runId: text,
  test: text,
  profile: text,
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid', 'interrupted']),
  provesLoad: z.boolean(),
  confidence: ratio,
  reasons: z.array(z.object({ code: text, text })),
  criteria: z.array(
    z.object({
      criterion: text,
      phase: text,
      severity: z.enum(['must', 'should']),
      subject: text,
      limitText: text,
      stat: text,
      limit: number,
      unit: z.enum(['ms', 'ratio', 'requests']),
      actual: number.nullable(),
      seen: count,
      over: count.nullable(),
      interval: z.object({ low: ratio, high: ratio }).nullable(),
      needed: number,
      outcome: z.enum(['pass', 'fail', 'inconclusive', 'not measured']),
      note: text,
    }),
  ),
});

const latency = z.object({
  route: text,
  phase: text,
  count,
  avg: number,
  min: number,
  med: number,
  p90: number,
  p95: number,
  p99: number,
  max: number,
});

const summary = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  test: text,
  profile: text,
  runId: text,
  durationMs: number,
  latencies: z.array(latency),
  failures: z.array(z.object({ kind: text, phase: text, count })),
  totals: z.object({
    requests: count,
    failedRequests: count,
    iterations: count,
    droppedIterations: count,
    exceptions: count,
    maxUsers: count,
    bytesReceived: number,
    bytesSent: number,
  }),
  stopped: text.nullable(),
});

const index = count;
const timeline = z.object({
  schema: z.literal(TIMELINE_SCHEMA),
  runId: text,
  startedAt: z.iso.datetime(),
  phases: z.array(text),
  routes: z.array(text),
  kinds: z.array(text),
  parts: z.array(text),
  cells: z.array(z.tuple([count, index, index, count, count, text])),
  failures: z.array(z.tuple([count, index, index, index, number])),
  serverTime: z.array(z.tuple([count, index, index, index, count, number])),
  users: z.array(number.nullable()),
  dropped: z.array(z.tuple([count, number])),
  latencies: z.array(z.object({ phase: index, route: index, requests: count, failed: count, latency: text })),
  slowest: z.array(z.object({ atMs: number, route: text, phase: text, ms: number, status: number, requestId: text })),
  errors: z.array(
    z.object({ route: text, phase: text, status: number, code: number, message: text, count, firstAtMs: number }),
  ),
  otherErrors: count,
  signals: z.array(z.object({ signal: text, atMs: number, value: number, ageMs: number })),
  generator: z.array(reading),
  samples: z.object({ rows: count, unreadable: count, outside: count, truncated: z.boolean() }),
});

/**
 * Reads a run folder.
 * @throws Error with one clear line when there is nothing of a run in it
 */
export async function readEvidence(runFolder: string): Promise<Evidence> {
  const evidence = await readRecord(runFolder);
  const { folder, problems } = evidence;
  if (!evidence.run && !evidence.verdict) {
    throw new Error(`${folder} holds no run that can be reported: ${problems.join('; ')}.`);
  }
  evidence.summary = await read<Summary>(evidence, 'summary.json', SUMMARY_SCHEMA, summary);
  evidence.timeline = await read<Timeline>(evidence, 'timeline.json', TIMELINE_SCHEMA, timeline);
  return evidence;
}

/** What a run was and how it ended, without its data; either may be missing, for a reason in `problems`. */
export async function readRecord(runFolder: string): Promise<Evidence> {
  const folder = resolve(runFolder);
  const evidence: Evidence = { folder, name: basename(folder), problems: [] };
  evidence.run = await read<RunFile>(evidence, 'run.json', RUN_SCHEMA, runFile);
  evidence.verdict = await read<Verdict>(evidence, 'verdict.json', VERDICT_SCHEMA, verdict);
  return evidence;
}

async function read<Content>(
  { folder, problems }: Evidence,
  file: string,
  newest: number,
  shape: z.ZodType,
): Promise<Content | undefined> {
  const result = await readJson<Content>(join(folder, file), newest, shape);
  if ('content' in result) return result.content;
  problems.push(`${file} ${result.problem}`);
  return undefined;
}

type JsonResult<Content> = { content: Content } | { problem: string };

async function readJson<Content>(path: string, newest: number, shape: z.ZodType): Promise<JsonResult<Content>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'is cut off or no JSON' };
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? 'is missing' : `can't be read (${code})` };
  }
  const schema = z.object({ schema: z.number() }).safeParse(parsed);
  if (!schema.success) return { problem: "isn't launchgate's: it has no schema number" };
  if (schema.data.schema > newest) {
    return { problem: `has schema ${schema.data.schema}, this launchgate reads up to ${newest}: update launchgate` };
  }
  const checked = shape.safeParse(parsed);
  if (checked.success) return { content: parsed as Content };
  const issue = checked.error.issues[0]!;
  return { problem: `isn't launchgate's: ${issue.path.join('.') || 'its content'} is ${issue.message}` };
}
