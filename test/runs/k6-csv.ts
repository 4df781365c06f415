/**
 * Makes the CSV output of a k6 run that never was, from a seed: a chat test with its phases, users, failures and server
 * timings. Every request is returned too, so that whatever is folded from the rows can be held against it.
 */
import { PACE_SECONDS } from '../../src/behaviour.ts';
import type { Window } from '../../src/workloads.ts';

export interface MadeRequest {
  /** ms since the run began. */
  sentMs: number;
  ms: number;
  route: string;
  phase: string;
  status: number;
  error: string;
  code: number;
  /** Kind of failure, or ''. */
  kind: string;
  /** `Server-Timing`, ms. */
  parts: Record<string, number>;
}

/** Requests of a run in the order in which they end, as k6 writes them. */
export function madeRequests(windows: readonly Window[], seed: number): MadeRequest[] {
  const random = randomFrom(seed);
  const requests: MadeRequest[] = [];
  const endMs = windows.at(-1)!.toMs + 8_000;
  for (let second = 0; second * 1000 < endMs; second++) {
    const users = usersAt(windows, second * 1000);
    const messages = users / PACE_SECONDS.mean;
    const whole = Math.floor(messages) + (random() < messages % 1 ? 1 : 0);
    for (let index = 0; index < whole; index++) {
      const sentMs = second * 1000 + random() * 1000;
      requests.push(chat(sentMs, users, windows, random));
      if (random() < 0.3) requests.push(small('GET /api/chat/history', sentMs + 200, 60, users, windows, random));
      if (random() < 0.1) requests.push(small('POST /api/chat/feedback', sentMs + 300, 25, users, windows, random));
      if (random() < 0.05)
        requests.push(small('POST /auth/v1/token password', sentMs + 100, 120, users, windows, random));
    }
  }
  return requests.sort((a, b) => a.sentMs + a.ms - (b.sentMs + b.ms));
}

/** Users at a moment: straight ramps between the holds, and down to nothing in 8 s after the last. */
export function usersAt(windows: readonly Window[], atMs: number): number {
  let fromMs = 0;
  let before = 0;
  for (const { fromMs: holdMs, toMs, users } of windows) {
    if (atMs < holdMs) return Math.round(before + ((users - before) * (atMs - fromMs)) / (holdMs - fromMs));
    if (atMs < toMs) return users;
    fromMs = toMs;
    before = users;
  }
  return Math.max(0, Math.round(before * (1 - (atMs - fromMs) / 8_000)));
}

const HEADER =
  'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,' +
  'service,status,subproto,tls_version,url,extra_tags,metadata\n';

/** The rows that k6 writes for these requests (25 for a chat message), about a second's worth at a time. */
export function* k6Csv(
  requests: Iterable<MadeRequest>,
  startMs: number,
  windows: readonly Window[] = [],
): Generator<string> {
  let rows = HEADER;
  let second = 0;
  for (const request of requests) {
    const endMs = startMs + request.sentMs + request.ms;
    for (; startMs + second * 1000 < endMs; second++) {
      rows += row('vus', startMs + second * 1000, usersAt(windows, second * 1000), {});
      rows += row('vus_max', startMs + second * 1000, usersAt(windows, second * 1000), {});
    }
    rows += requestRows(request, Math.round(endMs));
    if (rows.length < 1 << 16) continue;
    yield rows;
    rows = '';
  }
  yield rows;
}

function requestRows(request: MadeRequest, time: number): string {
  const { route, phase, ms, kind, parts } = request;
  const failed = kind !== '';
  const http = { ...request, name: route, failed };
  const timings = [ms, 0.01, 0, 0, 0.05, ms - 0.15, 0.1];
  const names = ['duration', 'blocked', 'connecting', 'tls_handshaking', 'sending', 'waiting', 'receiving'];
  let rows = row('http_reqs', time, 1, http);
  for (const [index, name] of names.entries()) rows += row(`http_req_${name}`, time, timings[index]!, http);
  rows += row('http_req_failed', time, failed ? 1 : 0, http);
  if (failed) rows += row('failures', time, 1, { name: route, phase, tags: `kind=${kind}&phase=${phase}` });
  for (const [part, value] of Object.entries(parts)) {
    rows += row(`server_${part}_ms`, time, value, { name: route, phase, tags: `phase=${phase}` });
  }
  for (const criterion of ['chat.p95', 'chat.p99', 'chat.failures.normal']) {
    rows += row('over_limit', time, failed ? 1 : 0, { phase, tags: `phase=${phase}&criterion=${criterion}` });
  }
  rows += row('checks', time, failed ? 0 : 1, { phase, check: '"answers, in full"' });
  for (const metric of ['schedule_lateness_ms', 'data_sent', 'data_received', 'iteration_duration', 'iterations']) {
    rows += row(metric, time, 1, { phase });
  }
  return rows;
}

interface Columns {
  name?: string;
  phase?: string;
  status?: number;
  error?: string;
  code?: number;
  failed?: boolean;
  check?: string;
  tags?: string;
}

function row(metric: string, time: number, value: number, columns: Columns): string {
  const { name = '', phase, status, error = '', code, failed, check = '', tags } = columns;
  const quoted = /[",\n]/.test(error) ? `"${error.replaceAll('"', '""')}"` : error;
  const expected = failed === undefined ? '' : String(!failed);
  const extra = tags ?? (phase ? `phase=${phase}` : '');
  const method = name.split(' ')[0] ?? '';
  const url = failed === undefined ? '' : name;
  return `${metric},${time},${value.toFixed(6)},${check},${quoted},${code || ''},${expected},,${method},${name},${status ? 'HTTP/1.1' : ''},students,,${status ?? ''},,,${url},${extra},\n`;
}

type Random = () => number;

function chat(sentMs: number, users: number, windows: readonly Window[], random: Random): MadeRequest {
  const load = users / 1_000;
  const auth = 3 + random() * 4;
  const vector = logNormal(14 + 60 * load ** 3, 0.4, random);
  const db = logNormal(18 + 40 * load ** 2, 0.3, random);
  const ai = logNormal(1_450 + 900 * load ** 4, 0.32, random);
  const request: MadeRequest = {
    sentMs,
    ms: auth + vector + db + ai + 5 + random() * 4,
    route: 'POST /api/chat',
    phase: phaseAt(windows, sentMs),
    status: 200,
    error: '',
    code: 0,
    kind: '',
    parts: { auth, db, vector, ai },
  };
  return random() < 0.0006 + 0.005 * load ** 4 ? failed(request, random) : request;
}

function failed(request: MadeRequest, random: Random): MadeRequest {
  const luck = random();
  const base = { ...request, parts: {} };
  if (luck < 0.5) return { ...base, ms: 40 + random() * 30, status: 429, code: 1429, kind: 'rate-limited' };
  if (luck < 0.8) return { ...base, ms: 900 + random() * 500, status: 502, code: 1502, kind: 'server-error' };
  if (luck < 0.95) return { ...base, ms: 30_000, status: 0, code: 1050, kind: 'timeout', error: 'request timeout' };
  const error = 'read tcp 127.0.0.1:51832->127.0.0.1:3100: read: connection reset by peer, "reset"';
  return { ...base, ms: random() * 200, status: 0, code: 1220, kind: 'connection', error };
}

function small(
  route: string,
  sentMs: number,
  typicalMs: number,
  users: number,
  windows: readonly Window[],
  random: Random,
): MadeRequest {
  const auth = 3 + random() * 4;
  const db = logNormal(typicalMs * (0.6 + 0.5 * (users / 1_000) ** 2), 0.35, random);
  const phase = phaseAt(windows, sentMs);
  return { sentMs, ms: auth + db + 2, route, phase, status: 200, error: '', code: 0, kind: '', parts: { auth, db } };
}

function phaseAt(windows: readonly Window[], atMs: number): string {
  return windows.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.phase ?? 'ramp';
}

function logNormal(median: number, spread: number, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}

/** mulberry32 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
