/**
 * The only sender. Every request has a fixed name, a phase, its expected statuses, and the headers by which the
 * platform's own record can be cut the same way. It is counted whatever comes back, and never throws.
 */
import { batch, type CookieJar, expectedStatuses, type Params, type RefinedResponse, request } from 'k6/http';
import { aiHeadroom } from '../wire/ai-headroom.ts';
import type { FailureKind } from '../wire/api.ts';
import { PHASE_HEADER, parseServerTiming, type RouteName, RUN_HEADER } from '../wire/routes.ts';
import { config } from './config.ts';
import { type Counting, countingFor, countRequest, countServerPart, countSignal } from './metrics.ts';
import { currentPhase } from './phase.ts';
import { TIMEOUT_SECONDS } from './sending-limits.ts';

declare function require(name: './once/redirects.ts'): typeof import('./once/redirects.ts');
declare function require(name: './once/server-errors.ts'): typeof import('./once/server-errors.ts');

export type Reply = RefinedResponse<'text'>;

/** A route with all that can be prepared once a VU. */
export interface Route {
  readonly name: RouteName;
  readonly method: string;
  readonly statuses: readonly number[];
  readonly expected: ReturnType<typeof expectedStatuses>;
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

const countings: Record<string, Counting> = {};
const headersByPhase: Record<string, Record<string, string>> = {};

/**
 * Prepares a route; at module level, never per request.
 * @param statuses those that are no failure
 */
/* @__NO_SIDE_EFFECTS__ */
export function route(name: RouteName, ...statuses: number[]): Route {
  return { name, method: name.split(' ')[0]!, statuses, expected: expectedStatuses(...statuses) };
}

/** Sends a request and counts it. Its parameters are the fields of a `Call`. */
export function send<T>(
  route: Route,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  read: Reader<T>,
): Result<T> {
  const counting = countingOf(route.name, currentPhase());
  return counted(exchange(route, url, body, headers, counting.tags), route, counting, read);
}

/** Sends requests at once, as a page does that needs them all, and counts each. @returns in the order of the calls */
export function sendAll<T>(calls: readonly Call<T>[]): Result<T>[] {
  const phase = currentPhase();
  const prepared = calls.map(({ route, url, body, headers }) => {
    const counting = countingOf(route.name, phase);
    return {
      counting,
      method: route.method,
      url,
      body: payloadOf(body),
      params: paramsOf(route, headers, counting.tags),
    };
  });
  const responses = batch(prepared) as Reply[];
  return calls.map(({ route, url, read }, index) => {
    const { counting, body, params } = prepared[index]!;
    const first = responses[index]!;
    const response = isRedirect(first)
      ? require('./once/redirects.ts').followed(first, route.method, url, body, params, request)
      : first;
    return counted(response, route, counting, read);
  });
}

function counted<T>(response: Reply, route: Route, counting: Counting, read: Reader<T>): Result<T> {
  const value = route.statuses.includes(response.status) ? readBody(response, read) : undefined;
  const failure = value === undefined ? failureOf(response, route) : undefined;
  countRequest(counting, response.timings.duration, failure);
  const timing = response.headers['Server-Timing'];
  if (timing) for (const [part, ms] of parseServerTiming(timing)) countServerPart(part, ms, counting);
  if (tellsHeadroom(response)) countHeadroom(response, counting.tags.phase);

  return failure === undefined
    ? { ok: true, value: value as T, status: response.status }
    : { ok: false, failure, status: response.status };
}

/**
 * Sends a request, follows redirects within its origin, and gives back what came. Counted by k6 alone.
 * @param headers beside those that every request has
 * @param jar cookies to use instead of the VU's own
 */
export function exchange(
  route: Omit<Route, 'statuses'>,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  tags: Counting['tags'],
  jar?: CookieJar,
): Reply {
  const params = paramsOf(route, headers, tags);
  if (jar) params.jar = jar;
  const payload = payloadOf(body);
  const first = request(route.method, url, payload, params) as Reply;
  return isRedirect(first)
    ? require('./once/redirects.ts').followed(first, route.method, url, payload, params, request)
    : first;
}

/**
 * Sends the same kind of request many times at once. Counted by k6 alone; redirects are the answer.
 * @param jar cookies to use instead of the VU's own
 */
export function exchangeAll(
  route: Omit<Route, 'statuses'>,
  url: string,
  bodies: readonly unknown[],
  headers: Record<string, string>,
  tags: Counting['tags'],
  jar: CookieJar,
): Reply[] {
  const params = { ...paramsOf(route, headers, tags), jar };
  return batch(bodies.map((body) => ({ method: route.method, url, body: payloadOf(body), params }))) as Reply[];
}

function paramsOf(
  route: Pick<Route, 'expected'>,
  headers: Record<string, string> | undefined,
  tags: Counting['tags'],
): Params {
  const common = commonHeaders(tags.phase);
  return {
    tags,
    headers: headers ? { ...common, ...headers } : common,
    responseCallback: route.expected,
    redirects: 0,
    timeout: TIMEOUT_SECONDS * 1000,
    responseType: 'text',
  };
}

function payloadOf(body: unknown): string | ArrayBuffer | null {
  if (body === undefined) return null;
  return body instanceof ArrayBuffer ? body : JSON.stringify(body);
}

function countingOf(name: RouteName, phase: string): Counting {
  const key = `${phase} ${name}`;
  countings[key] ??= countingFor(name, phase);
  return countings[key];
}

function commonHeaders(phase: string): Record<string, string> {
  headersByPhase[phase] ??= {
    'Content-Type': 'application/json',
    [RUN_HEADER]: config.runId,
    [PHASE_HEADER]: phase,
    ...config.extraHeaders,
  };
  return headersByPhase[phase];
}

function readBody<T>(response: Reply, read: Reader<T>): T | undefined {
  try {
    return read(response.body ? JSON.parse(response.body) : undefined, response);
  } catch {
    // Not JSON, or not of the shape that the reader walks through: malformed either way.
    return undefined;
  }
}

/** Whether the platform passes its AI provider's limits on. */
function tellsHeadroom({ headers }: Reply): boolean {
  return (
    headers['Anthropic-Ratelimit-Requests-Remaining'] !== undefined ||
    headers['X-Ratelimit-Remaining-Requests'] !== undefined
  );
}

function countHeadroom({ headers }: Reply, phase: string): void {
  const canonical = (name: string) => name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
  for (const { signal, value } of aiHeadroom((name) => headers[canonical(name)])) {
    if (signal === 'ai_remaining_ratio') countSignal(signal, value, phase);
  }
}

/** The kind of failure of a response that gave no value. */
function failureOf(response: Reply, { statuses }: Route): FailureKind {
  const { status } = response;
  if (status === 0) return response.error_code === 1050 ? 'timeout' : 'connection';
  if ((status >= 200 && status < 300) || statuses.includes(status)) return 'malformed';
  if (isChallenge(response)) return 'challenge';
  if (status === 429) return 'rate-limited';
  if (status === 403 && response.body?.includes('LIMIT_EXCEEDED')) return 'quota';
  return status >= 500 ? require('./once/server-errors.ts').kindOfServerError(response.body) : 'client-error';
}

/** A firewall that wants to see a browser: Vercel and Cloudflare say so in a header. */
export function isChallenge({ headers }: Reply): boolean {
  return headers['X-Vercel-Mitigated'] === 'challenge' || headers['Cf-Mitigated'] === 'challenge';
}

function isRedirect({ status }: Reply): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}
