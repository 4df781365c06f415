/** A run that a Prometheus watches: k6 writes to it, and it scrapes the platform while the load lasts. */

import { readRunJson } from '../runs/folder/run-folder.ts';
import { type RunRequest, type RunResult, run } from '../runs/run.ts';
import { type AlertHistory, alertHistories, type Stretch } from './alert-history.ts';
import type { LocalPrometheus } from './local-prometheus.ts';
import { recordTarget } from './record.ts';
import { metricsPages } from './sources.ts';

export interface ObservedRun {
  readonly result: RunResult;
  /** From the first load to the last, Unix ms; absent where none was sent. */
  readonly alerts?: { readonly span: Stretch; readonly histories: readonly AlertHistory[] };
}

/** @param testId tells this run from others in Prometheus */
export async function observedRun(
  request: RunRequest,
  prometheus: LocalPrometheus,
  testId: string,
): Promise<ObservedRun> {
  const result = await run({
    ...request,
    env: {
      ...request.env,
      K6_PROMETHEUS_RW_SERVER_URL: `${prometheus.url}/api/v1/write`,
      K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
    },
    k6Args: [...request.k6Args, '--out', 'experimental-prometheus-rw', '--tag', `testid=${testId}`],
    recordSignals(target, startedMs, saw) {
      void prometheus.scrape(metricsPages(target));
      return recordTarget(target, startedMs, saw);
    },
  });
  if (result.kind === 'stopped') return { result };
  const runFile = await readRunJson(result.folder, 'run.json');
  if (!runFile.ok) throw new Error(`${result.folder}/run.json ${runFile.problem}`);
  const { startedAt, endedAt } = runFile.content;
  const span = { fromMs: Date.parse(startedAt), toMs: Date.parse(endedAt) };
  return { result, alerts: { span, histories: await alertHistories(prometheus.url, span) } };
}
