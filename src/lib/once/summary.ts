/**
 * From what k6 hands to handleSummary to summary.json: facts, no judgement.
 */
import { RUN } from '../../behaviour.ts';
import { appliesIn, CRITERIA, SERVER_SUBJECTS } from '../../thresholds.ts';
import { FAILURE_KINDS } from '../../wire/api.ts';
import {
  EXCEPTIONS,
  type Fact,
  type K6Threshold,
  type Latency,
  METRIC,
  SUMMARY_SCHEMA,
  type Summary,
} from '../../wire/facts.ts';
import { SERVER_PARTS } from '../../wire/routes.ts';
import type { TestName } from '../../workloads.ts';
import { WATCHER } from '../watcher-name.ts';
import { config } from './settings.ts';

/** The default shape of handleSummary's argument, as far as it is read. */
export interface K6Summary {
  state: { testRunDurationMs: number };
  metrics: Record<string, { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }>;
}

/** The files that k6 writes at the end of a run. */
export function summaryFiles(test: TestName, data: K6Summary): Record<string, string> {
  const summary = summarize(test, data);
  return { [config.summaryPath]: JSON.stringify(summary, null, 1), stdout: summaryText(summary) };
}

/**
 * @throws Error in one line when k6 was started with its new machine-readable summary, which has no thresholds
 */
function summarize(test: TestName, data: K6Summary): Summary {
  if (!data.metrics || Array.isArray((data as { results?: { metrics?: unknown } }).results?.metrics)) {
    throw new Error('launchgate needs the default summary; unset K6_NEW_MACHINE_READABLE_SUMMARY.');
  }
  const { metrics } = data;
  const value = (metric: string, field: string) => metrics[metric]?.values[field] ?? 0;
  const watched = value(`http_reqs{scenario:${WATCHER}}`, 'count') > 0;
  const thresholds = thresholdsOf(metrics);
  const aiLimit = thresholds.find(
    ({ metric, expression, ok }) =>
      !ok && metric === 'http_reqs{name:POST /api/chat}' && expression.startsWith('count<='),
  );
  return {
    schema: SUMMARY_SCHEMA,
    test,
    profile: config.profile,
    runId: config.runId,
    durationMs: data.state.testRunDurationMs,
    facts: factsOf(test, metrics),
    latencies: latenciesOf(metrics),
    failures: submetrics(metrics, METRIC.failures)
      .map(({ tags, values }) => ({
        kind: FAILURE_KINDS.find((kind) => kind === tags.kind)!,
        phase: tags.phase!,
        count: values.count ?? 0,
      }))
      .filter(({ phase, count }) => phase !== undefined && count > 0),
    serverParts: SERVER_PARTS.filter((part) => metrics[`server_${part}_ms`]).map((part) => ({
      part,
      count: value(`server_${part}_ms`, 'count'),
      avg: value(`server_${part}_ms`, 'avg'),
      p95: value(`server_${part}_ms`, 'p(95)'),
    })),
    thresholds,
    totals: {
      requests: value('http_reqs', 'count'),
      failedRequests: value('http_req_failed', 'passes'),
      iterations: value('iterations', 'count') - value(`iterations{scenario:${WATCHER}}`, 'count'),
      droppedIterations: value('dropped_iterations', 'count'),
      exceptions: value(EXCEPTIONS, 'count'),
      maxUsers: value('vus', 'max') - (watched ? 1 : 0),
      bytesReceived: value('data_received', 'count'),
      bytesSent: value('data_sent', 'count'),
    },
    ...(metrics[METRIC.firstByte]
      ? {
          firstByteMs: {
            count: value(METRIC.firstByte, 'count'),
            med: value(METRIC.firstByte, 'med'),
            p95: value(METRIC.firstByte, 'p(95)'),
          },
        }
      : {}),
    latenessMs: metrics[METRIC.lateness]
      ? {
          p95: value(METRIC.lateness, 'p(95)'),
          p99: value(METRIC.lateness, 'p(99)'),
          max: value(METRIC.lateness, 'max'),
        }
      : null,
    stopped: aiLimit ? `MAX_AI_CALLS=${config.maxAiCalls} reached` : null,
  };
}

/** For people who run k6 by hand: each promise with its count, and where the facts are. */
function summaryText(summary: Summary): string {
  // A threshold without a sample is ok to k6.
  const unseen = summary.facts
    .filter(({ seen }) => seen === 0)
    .map(({ criterion, phase }) => `${METRIC.overLimit}{criterion:${criterion},phase:${phase}}`);
  const lines = summary.thresholds.map(({ metric, expression, ok }) => {
    const mark = !ok ? 'failed' : unseen.includes(metric) ? 'unseen' : 'ok    ';
    return `  ${mark}  ${metric} ${expression}`;
  });
  const { requests, failedRequests, iterations } = summary.totals;
  return [
    '',
    `${summary.test} ${summary.profile}: ${requests} requests, ${failedRequests} failed, ${iterations} iterations`,
    ...lines,
    `Facts: ${config.summaryPath}. k6's thresholds are no verdict: \`./launchgate run ${summary.test}\` judges.`,
    '',
  ].join('\n');
}

/** The counts of every criterion of this test that k6 kept a metric for. */
function factsOf(test: TestName, metrics: K6Summary['metrics']): Fact[] {
  return CRITERIA.filter((criterion) => criterion.test === test).flatMap((criterion) => {
    const fact = (phase: string | undefined, seen = 0, over = 0): Fact => {
      return { criterion: criterion.id, phase: phase!, seen, over };
    };
    switch (criterion.stat) {
      case 'throughput':
        return submetrics(metrics, 'http_reqs')
          .filter(({ tags }) => tags.name === criterion.route && tags.scenario === criterion.scenario && tags.phase)
          .map(({ tags, values }) => fact(tags.phase, values.count));
      case 'processing':
        return submetrics(metrics, METRIC.processed).map(({ tags, values }) => fact(tags.phase, values.count));
      case 'dropped': {
        const dropped = metrics[`dropped_iterations{scenario:${criterion.scenario}}`]?.values.count ?? 0;
        const served = metrics[`iterations{scenario:${criterion.scenario}}`]?.values.count ?? 0;
        return [fact(RUN, served + dropped, dropped)];
      }
      case 'recovery':
      case 'drift':
        return latenciesOf(metrics)
          .filter(({ route, phase }) => route === criterion.route && appliesIn(criterion, phase))
          .map(({ phase, count }) => fact(phase, count));
      default:
        return submetrics(metrics, METRIC.overLimit)
          .filter(({ tags }) => tags.criterion === criterion.id)
          .map(({ tags, values: { passes = 0, fails = 0 } }) => fact(tags.phase, passes + fails, passes));
    }
  });
}

function latenciesOf(metrics: K6Summary['metrics']): Latency[] {
  const requests = submetrics(metrics, 'http_req_duration').map(({ tags, values }) => {
    return { route: tags.name ?? tags.family, phase: tags.phase, values };
  });
  const parts = Object.entries(SERVER_SUBJECTS).flatMap(([route, part]) =>
    submetrics(metrics, `server_${part}_ms`).map(({ tags, values }) => ({ route, phase: tags.phase, values })),
  );
  return [...requests, ...parts].flatMap(({ route, phase, values }) => {
    if (!route || !phase) return [];
    const value = (field: string) => values[field] ?? 0;
    return [
      {
        route,
        phase,
        count: value('count'),
        avg: value('avg'),
        min: value('min'),
        med: value('med'),
        p90: value('p(90)'),
        p95: value('p(95)'),
        p99: value('p(99)'),
        max: value('max'),
      },
    ];
  });
}

function thresholdsOf(metrics: K6Summary['metrics']): K6Threshold[] {
  return Object.entries(metrics).flatMap(([metric, { thresholds }]) =>
    Object.entries(thresholds ?? {}).map(([expression, { ok }]) => ({ metric, expression, ok })),
  );
}

/** Sub-metrics `metric{tag:value,…}` of a metric, with their tags. */
function submetrics(metrics: K6Summary['metrics'], metric: string) {
  const prefix = `${metric}{`;
  return Object.entries(metrics)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, { values }]) => ({ tags: tagsOf(key.slice(prefix.length, -1)), values }));
}

/** `name:POST /api/chat,phase:peak` -> its tags; values may hold colons, never commas. */
function tagsOf(selector: string): Record<string, string | undefined> {
  return Object.fromEntries(
    selector.split(',').map((pair) => {
      const colon = pair.indexOf(':');
      return [pair.slice(0, colon), pair.slice(colon + 1)];
    }),
  );
}
