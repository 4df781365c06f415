/**
 * The only sender. Every request has a fixed name, a phase, its expected statuses, and the headers by which the
 * platform's own record can be cut the same way. It is counted whatever comes back, and never throws.
 */
import type { CookieJar, expectedStatuses, Params, RefinedResponse } from 'k6/http';
import type { FailureKind } from '../wire/api.ts';
import { PHASE_HEADER, parseServerTiming, type RouteName, RUN_HEADER } from '../wire/routes.ts';
import { config } from './config.ts';
import { http } from './k6.ts';
import { type Counting, countingFor, countRequest, countServerPart, countSignal } from './metrics.ts';
import { currentPhase } from './phase.ts';
import { TIMEOUT_SECONDS } from './sending-limits.ts';

declare function require(name: './seldom/index.ts'): typeof import('./seldom/index.ts');

export type Reply = RefinedResponse<'text'>;

/** A route, and the statuses that are no failure. */
export interface Route {
  readonly name: RouteName;
  readonly statuses: number[];
  /** Left out, it is the name's first word. */
  readonly method?: string;
  /** Makes of the body what is read; left out, the body is JSON. What throws is malformed. */
  readonly parse?: (body: string) => unknown;
}

/** A request that is ready to be sent. */
export interface Call<T> {
  readonly route: Route;
  /** Absolute. */
  readonly url: string;
  /** Sent as JSON, bytes as they are; undefined sends none. */
  readonly body?: unknown;
  /** Beside those that every request has. */
  readonly headers: Record<string, string> | undefined;
  /** Makes the value out of the parsed body; undefined means that the answer is malformed. */
  readonly read: Reader<T>;
}

type Reader<T> = (body: unknown, response: Reply) => T | undefined;

/** What came back: the value that was read from the body, or the kind of failure. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly status: number }
  | { readonly ok: false; readonly failure: FailureKind; readonly status: number };

/** All that is the same each time that a route is asked in one phase. */
interface Prepared {
  readonly route: Route;
  readonly method: string;
  readonly params: Params;
  readonly counting: Counting;
}

/** Of the phase that the run is in, and of no other: there are many virtual users, and each has its own. */
let prepared: Prepared[] = [];
let preparedPhase: string | undefined;
let preparedHeaders: Record<string, string> = {};

/** Sends a request and counts it. Its parameters are the fields of a `Call`. */
export function send<T>(
  route: Route,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  read: Reader<T>,
): Result<T> {
  const { method, params, counting } = prepare(route, currentPhase());
  return counted(exchange(method, url, body, withHeaders(params, headers)), route, counting, read);
}

/** Sends requests at once, as a page does that needs them all, and counts each. @returns in the order of the calls */
export function sendAll<T>(calls: readonly Call<T>[]): Result<T>[] {
  const phase = currentPhase();
  const requests = calls.map(({ route, url, body, headers }) => {
    const { method, params, counting } = prepare(route, phase);
    return { method, url, body: payloadOf(body), params: withHeaders(params, headers), counting };
  });
  const responses = http.batch(requests) as Reply[];
  return calls.map(({ route, url, read }, index) => {
    const { method, body, params, counting } = requests[index]!;
    return counted(followed(responses[index]!, method, url, body, params), route, counting, read);
  });
}

/**
 * Sends a request, follows redirects within its origin, and gives back what came. Counted by k6 alone.
 * @param params see `paramsOf`
 */
export function exchange(method: string, url: string, body: unknown, params: Params): Reply {
  const payload = payloadOf(body);
  return followed(http.request(method, url, payload, params) as Reply, method, url, payload, params);
}

/** Sends the same kind of request many times at once. Counted by k6 alone; redirects are the answer. */
export function exchangeAll(method: string, url: string, bodies: readonly unknown[], params: Params): Reply[] {
  return http.batch(bodies.map((body) => ({ method, url, body: payloadOf(body), params }))) as Reply[];
}

/**
 * k6's parameters of a request.
 * @param headers all of them, see `headersIn`
 * @param jar cookies to use instead of the VU's own
 */
export function paramsOf(
  tags: Counting['tags'],
  expected: ReturnType<typeof expectedStatuses>,
  headers: Record<string, string>,
  jar?: CookieJar,
): Params {
  const params = { tags, headers, responseCallback: expected, redirects: 0, timeout: TIMEOUT_SECONDS * 1000 };
  return jar ? { ...params, jar } : params;
}

/** The headers of every request in a phase, and these beside them. */
export function headersIn(phase: string, own?: Record<string, string>): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    [RUN_HEADER]: config.runId,
    [PHASE_HEADER]: phase,
    ...config.extraHeaders,
    ...own,
  };
}

/** Plain loops, here and in what else runs for every request: k6's engine makes an object for each step of for…of. */
function prepare(route: Route, phase: string): Prepared {
  if (phase !== preparedPhase) {
    prepared = [];
    preparedPhase = phase;
    preparedHeaders = headersIn(phase);
  }
  for (let at = 0; at < prepared.length; at++) if (prepared[at]!.route === route) return prepared[at]!;
  const counting = countingFor(route.name, phase);
  const params = paramsOf(counting.tags, http.expectedStatuses.apply(undefined, route.statuses), preparedHeaders);
  const ready = { route, method: route.method ?? methodOf(route.name), params, counting };
  prepared.push(ready);
  return ready;
}

/** GET of `GET /api/chat`. */
export function methodOf(name: RouteName): string {
  return name.slice(0, name.indexOf(' '));
}

function withHeaders(params: Params, headers: Record<string, string> | undefined): Params {
  return headers ? { ...params, headers: { ...params.headers, ...headers } } : params;
}

function payloadOf(body: unknown): string | ArrayBuffer | null {
  if (body === undefined) return null;
  return body instanceof ArrayBuffer ? body : JSON.stringify(body);
}

function followed(
  response: Reply,
  method: string,
  url: string,
  payload: string | ArrayBuffer | null,
  params: Params,
): Reply {
  return response.status >= 300 && response.status < 400
    ? require('./seldom/index.ts').followed(response, method, url, payload, params, http.request)
    : response;
}

function counted<T>(response: Reply, route: Route, counting: Counting, read: Reader<T>): Result<T> {
  const { status, headers } = response;
  const value = route.statuses.includes(status) ? readBody(response, route, read) : undefined;
  const failure = value === undefined ? require('./seldom/index.ts').failureOf(response, route.statuses) : undefined;
  countRequest(counting, response.timings.duration, failure);
  const timing = headers['Server-Timing'];
  if (timing) for (const [part, ms] of parseServerTiming(timing)) countServerPart(part, ms, counting);
  if (headers['Anthropic-Ratelimit-Requests-Remaining'] ?? headers['X-Ratelimit-Remaining-Requests']) {
    const left = require('./seldom/index.ts').aiHeadroomOf(response);
    if (left !== undefined) countSignal('ai_remaining_ratio', left, counting.tags.phase);
  }
  return failure === undefined ? { ok: true, value: value as T, status } : { ok: false, failure, status };
}

function readBody<T>(response: Reply, { parse = JSON.parse }: Route, read: Reader<T>): T | undefined {
  try {
    return read(response.body ? parse(response.body) : undefined, response);
  } catch {
    // Not to be parsed, or not of the shape that the reader walks through: malformed either way.
    return undefined;
  }
}
