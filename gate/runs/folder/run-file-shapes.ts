/**
 * What the files of a run folder must look like to be read: a file of somebody else, or of a version that meant something
 * different, must never be taken for evidence. Only what is read is looked at; further fields pass.
 */
import { z } from 'zod';
import { COMPARISON_SCHEMA } from '../../../src/wire/comparison-file.ts';
import { SUMMARY_SCHEMA } from '../../../src/wire/facts.ts';
import { RUN_SCHEMA, VERDICT_SCHEMA } from '../../../src/wire/run-files.ts';
import { TIMELINE_SCHEMA } from '../../../src/wire/timeline.ts';

const text = z.string();
const number = z.number();
const count = z.number().int().nonnegative();
const ratio = z.number().min(0).max(1);

const reading = z.object({ atMs: number, cores: number, rssBytes: number, machineBusy: ratio.optional() });

const k6End = z.object({
  exitCode: number.nullable(),
  signal: text.nullable(),
  errors: z.array(text),
  shortOf: text.optional(),
});

const generator = z.object({
  cores: number,
  memoryBytes: number,
  readings: z.array(reading),
  clockJumpsMs: z.array(number),
});

export const runFile = z.object({
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
    processingSpeedup: number.optional(),
    sessions: z.literal('prepared').optional(),
    k6Version: text,
    generators: number,
  }),
  windows: z.array(z.object({ phase: text, users: number, fromMs: number, toMs: number })),
  versions: z.object({ launchgate: text, node: text, k6: text, k6Testing: text, git: text }),
  target: z.object({ baseUrl: text, revision: text, died: text.optional() }),
  k6: k6End.extend({ binary: text }),
  generator,
  shares: z.array(z.object({ name: text, k6: k6End.optional(), generator: generator.optional() })).optional(),
  interrupted: z.boolean(),
  deviations: z.array(text),
  signalSources: z
    .array(z.object({ source: text, everyMs: number, looks: count, failed: count, problem: text }))
    .optional(),
  series: text.optional(),
});

export const verdict = z.object({
  schema: z.literal(VERDICT_SCHEMA),
  runId: text,
  test: text,
  profile: text,
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid', 'interrupted']),
  provesLoad: z.boolean(),
  confidence: ratio,
  judgedBy: text.optional(),
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
      unit: z.enum(['ms', 'ratio', 'requests', 'count']),
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

export const summary = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  test: text,
  profile: text,
  runId: text,
  durationMs: number,
  facts: z.array(
    z
      .object({ criterion: text, phase: text, seen: count, over: count })
      .refine(({ seen, over }) => over <= seen, 'more over the limit than seen'),
  ),
  latencies: z.array(latency),
  failures: z.array(z.object({ kind: text, phase: text, count })),
  serverParts: z.array(z.object({ part: text, count, avg: number, p95: number })),
  thresholds: z.array(z.object({ metric: text, expression: text, ok: z.boolean() })),
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
  latenessMs: z.object({ p95: number, p99: number, max: number }).nullable(),
  firstByteMs: z.object({ count, med: number, p95: number }).optional(),
  stopped: text.nullable(),
});

const index = count;
export const timeline = z.object({
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
  signals: z.array(z.object({ signal: text, atMs: number, value: number, ageMs: number, source: text.optional() })),
  generator: z.array(reading),
  samples: z.object({ rows: count, unreadable: count, outside: count, truncated: z.boolean() }),
});

/** A run in a baseline or in a comparison. */
export const runFigures = z.object({
  runId: text,
  startedAt: z.iso.datetime(),
  revision: text,
  figures: z.array(
    z.object({
      headline: text,
      value: number.nullable(),
      seen: number.nonnegative(),
      distribution: z.array(z.tuple([number.positive(), count])).optional(),
    }),
  ),
});

const level = z.object({ center: number, spread: number.nullable(), runs: count });
const changeVerdict = z.enum(['regressed', 'improved', 'equivalent', 'inconclusive']);

export const comparison = z.object({
  schema: z.literal(COMPARISON_SCHEMA),
  test: text,
  oldRuns: count,
  newRuns: count,
  verdict: changeVerdict,
  changes: z.array(
    z.object({
      headline: text,
      stat: z.enum(['p50', 'p95', 'p99', 'failures', 'throughput']),
      old: level,
      new: level,
      change: number,
      interval: z.object({ low: number, high: number }),
      verdict: changeVerdict,
      detectable: number,
      detectableAlone: number,
      margin: number,
    }),
  ),
  missing: z.array(text),
  comparedAt: z.iso.datetime(),
  configuration: runFile.shape.configuration,
  windows: runFile.shape.windows,
  old: z.array(runFigures),
  new: z.array(runFigures),
});
