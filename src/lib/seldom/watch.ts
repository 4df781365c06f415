/**
 * The platform's own signals, read by one virtual user beside the load: where k6 runs without the gate around it (by
 * hand, on k6 Cloud, in a cluster) nobody else would. It is no user of the workload, though it takes a virtual user's id.
 */

import { RAMP } from '../../behaviour.ts';
import type { SignalHistory } from '../../wire/signal-history.ts';
import { LOOK_EVERY_MS } from '../../wire/signals.ts';
import { headersIn, paramsOf } from '../briefly/params.ts';
import { http, sleep } from '../k6.ts';
import { once } from '../once-a-process.ts';
import { currentPhase, enterIteration, msUntilEnd } from '../phase.ts';
import { countSignal } from './count-signal.ts';
import { exchange } from './exchange.ts';

/** Judged by nothing, in whatever phase it is asked. */
const TAGS = { name: 'GET /metrics', phase: RAMP } as const;

/** Reads the metrics every 5 s, from the middle of the first interval to the end of the last hold. */
export function watchSignals(): void {
  enterIteration(false);
  const history = new (once().SignalHistory)();
  for (let dueMs = Date.now() + LOOK_EVERY_MS / 2; ; dueMs += LOOK_EVERY_MS) {
    sleep(Math.max(0, dueMs - Date.now()) / 1_000);
    if (msUntilEnd() <= 0) return;
    look(history);
  }
}

function look(history: SignalHistory): void {
  const { metricsUrl, metricsAuthorization } = once().config;
  const headers = metricsAuthorization ? { Authorization: metricsAuthorization } : undefined;
  const params = paramsOf(TAGS, http.expectedStatuses(200), headersIn(RAMP, headers));
  const response = exchange('GET', metricsUrl, undefined, params);
  const atMs = Date.now();
  const serverMs = Date.parse(response.headers.Date ?? '') || atMs;
  const read =
    response.status === 200
      ? history.read(response.body ?? '', { atMs, serverMs })
      : ({ ok: false, problem: response.status || response.error } as const);
  if (!read.ok) {
    console.warn(`METRICS_URL: it answers ${read.problem}`);
    return;
  }
  const phase = currentPhase();
  // What is older than the interval was true at another time, and is no reading of now.
  for (const { signal, value, ageMs } of read.values) if (ageMs < LOOK_EVERY_MS) countSignal(signal, value, phase);
}
