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
import { type Counting, countingsOf, countRequest, countServerPart } from './metrics.ts';
import { currentPhase } from './phase.ts';

/** A request that takes longer has failed: three times the slowest limit of the checklist. */
export const TIMEOUT_SECONDS = 30;
const MOST_HOPS = 3;

export type Reply = RefinedResponse<'text'>;

/** A route with all that can be prepared once a VU. */
export interface Route {
  readonly name: RouteName;
  readonly method: string;
  readonly expected: ReturnType<typeof http.expectedStatuses>;
}

/** What came back: the value that was read from the body, or the kind of failure. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly status: number }
  | { readonly ok: false; readonly failure: FailureKind; readonly status: number };

let test: TestName | undefined;
const countings = new Map<RouteName, Record<string, Counting>>();
const headersByPhase = new Map<string, Record<string, string>>();

/** Says under which test's criteria requests count; once, in the init context. */
export function countFor(name: TestName): void {
  test = name;
}

/** Prepares a route; at module level, never per request. @param statuses those that are no failure */
export function route(name: RouteName, ...statuses: number[]): Route {
  return { name, method: name.split(' ')[0]!, expected: http.expectedStatuses(...statuses) };
}

/**
 * Sends a request and counts it.
 * @param url absolute
 * @param body sent as JSON; undefined sends none
 * @param headers beside those that every request has
 * @param read makes the value out of the parsed body; undefined means the answer is malformed
 */
export function send<T>(
  route: Route,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  read: (body: unknown, response: Reply) => T | undefined,
): Result<T> {
  const counting = countingOf(route.name, currentPhase());
  const response = exchange(route, url, body, headers, counting.tags);

  const value = response.status >= 200 && response.status < 300 ? readBody(response, read) : undefined;
  const failure = value === undefined ? failureOf(response) : undefined;
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
  route: Route,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  tags: Counting['tags'],
  jar?: CookieJar,
): Reply {
  const common = commonHeaders(tags.phase);
  const params: Params = {
    tags,
    headers: headers ? { ...common, ...headers } : common,
    responseCallback: route.expected,
    redirects: 0,
    timeout: TIMEOUT_SECONDS * 1000,
    responseType: 'text',
  };
  if (jar) params.jar = jar;
  const payload = body === undefined ? null : JSON.stringify(body);
  const first = http.request(route.method, url, payload, params) as Reply;
  return isRedirect(first) ? followed(first, route, url, payload, params) : first;
}

function countingOf(name: RouteName, phase: string): Counting {
  let byPhase = countings.get(name);
  if (!byPhase) {
    byPhase = countingsOf(test!, name);
    countings.set(name, byPhase);
  }
  return byPhase[phase]!;
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

function readBody<T>(response: Reply, read: (body: unknown, response: Reply) => T | undefined): T | undefined {
  try {
    return read(response.body ? JSON.parse(response.body) : undefined, response);
  } catch {
    // Not JSON, or not of the shape that the reader walks through: malformed either way.
    return undefined;
  }
}

/** The kind of failure of a response that gave no value. */
function failureOf(response: Reply): FailureKind {
  const { status } = response;
  if (status === 0) return response.error_code === 1050 ? 'timeout' : 'connection';
  if (status >= 200 && status < 300) return 'malformed';
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
function followed(first: Reply, route: Route, url: string, payload: string | null, params: Params): Reply {
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
