/**
 * The only sender. Every request has a fixed name, a phase, its expected statuses, and the headers by which the
 * platform's own record can be cut the same way. It is counted whatever comes back, and never throws.
 */
import http, { type CookieJar, type Params, type RefinedResponse } from 'k6/http';
import type { FailureKind } from '../wire/api.ts';
import { parseTarget, sameOrigin } from '../wire/guard.ts';
import { PHASE_HEADER, parseServerTiming, type RouteName, RUN_HEADER } from '../wire/routes.ts';
import type { TestName } from '../workloads.ts';
import { config } from './config.ts';
import { type Counting, countingFor, countRequest, countServerPart } from './metrics.ts';
import { currentPhase } from './phase.ts';

/** A request that takes longer has failed: three times the slowest limit of the checklist. */
export const TIMEOUT_SECONDS = 30;
/** Most requests that one user sends at the same moment. */
export const MOST_AT_ONCE = 30;
const MOST_HOPS = 3;

export type Reply = RefinedResponse<'text'>;

/** A route with all that can be prepared once a VU. */
export interface Route {
  readonly name: RouteName;
  readonly method: string;
  readonly statuses: readonly number[];
  readonly expected: ReturnType<typeof http.expectedStatuses>;
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

let test: TestName | undefined;
const countings = new Map<RouteName, Map<string, Counting>>();
const headersByPhase = new Map<string, Record<string, string>>();

/** Says under which test's criteria requests count; once, in the init context. */
export function countFor(name: TestName): void {
  test = name;
}

/** Prepares a route; at module level, never per request. @param statuses those that are no failure */
export function route(name: RouteName, ...statuses: number[]): Route {
  return { name, method: name.split(' ')[0]!, statuses, expected: http.expectedStatuses(...statuses) };
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
  const responses = http.batch(prepared) as Reply[];
  return calls.map(({ route, url, read }, index) => {
    const { counting, body, params } = prepared[index]!;
    const first = responses[index]!;
    const response = isRedirect(first) ? followed(first, route, url, body, params) : first;
    return counted(response, route, counting, read);
  });
}

function counted<T>(response: Reply, route: Route, counting: Counting, read: Reader<T>): Result<T> {
  const value = route.statuses.includes(response.status) ? readBody(response, read) : undefined;
  const failure = value === undefined ? failureOf(response, route) : undefined;
  countRequest(counting, response.timings.duration, failure);
  const timing = response.headers['Server-Timing'];
  if (timing) for (const [part, ms] of parseServerTiming(timing)) countServerPart(part, ms, counting);

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
  const first = http.request(route.method, url, payload, params) as Reply;
  return isRedirect(first) ? followed(first, route, url, payload, params) : first;
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
  let byPhase = countings.get(name);
  if (!byPhase) {
    byPhase = new Map();
    countings.set(name, byPhase);
  }
  let counting = byPhase.get(phase);
  if (!counting) {
    counting = countingFor(test!, name, phase);
    byPhase.set(phase, counting);
  }
  return counting;
}

function commonHeaders(phase: string): Record<string, string> {
  let headers = headersByPhase.get(phase);
  if (!headers) {
    headers = {
      'Content-Type': 'application/json',
      [RUN_HEADER]: config.runId,
      [PHASE_HEADER]: phase,
      ...config.extraHeaders,
    };
    headersByPhase.set(phase, headers);
  }
  return headers;
}

function readBody<T>(response: Reply, read: Reader<T>): T | undefined {
  try {
    return read(response.body ? JSON.parse(response.body) : undefined, response);
  } catch {
    // Not JSON, or not of the shape that the reader walks through: malformed either way.
    return undefined;
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
  return status >= 500 ? 'server-error' : 'client-error';
}

/** A firewall that wants to see a browser: Vercel and Cloudflare say so in a header. */
export function isChallenge({ headers }: Reply): boolean {
  return headers['X-Vercel-Mitigated'] === 'challenge' || headers['Cf-Mitigated'] === 'challenge';
}

function isRedirect({ status }: Reply): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Follows redirects within the origin; at any other the redirect itself is the answer, and no request is sent. */
function followed(
  first: Reply,
  route: Pick<Route, 'method'>,
  url: string,
  payload: string | ArrayBuffer | null,
  params: Params,
): Reply {
  const from = parseTarget(url);
  let response = first;
  for (let hop = 0; hop < MOST_HOPS && isRedirect(response) && from.ok; hop++) {
    const location = response.headers.Location ?? '';
    const to = parseTarget(location.startsWith('/') ? originUrl(url) + location : location);
    if (!to.ok || !sameOrigin(from.origin, to.origin)) return response;
    const keepsMethod = response.status === 307 || response.status === 308;
    response = http.request(
      keepsMethod ? route.method : 'GET',
      originUrl(url) + to.path,
      keepsMethod ? payload : null,
      params,
    ) as Reply;
  }
  return response;
}

function originUrl(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2));
}
