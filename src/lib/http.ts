/**
 * The only sender. Every request has a fixed name, a phase, its expected statuses, and the headers by which the
 * platform's own record can be cut the same way. It is counted whatever comes back, and never throws.
 */
import loadPrepare from 'afresh:./briefly/prepare.ts';
import loadServerParts from 'on-demand:./seldom/server-parts.ts';
import type { Params, RefinedResponse } from 'k6/http';
import type { FailureKind } from '../wire/api.ts';
import type { RouteName } from '../wire/routes.ts';
import type { Expected, RequestParams } from './briefly/params.ts';
import { http } from './k6.ts';
import { addFailure, addOverLimit, type CaseTags } from './metrics.ts';
import type { Counting } from './once/plan.ts';
import { currentPhase } from './phase.ts';
import { seldom } from './seldom.ts';

/** Made afresh for each new route of a phase, and not kept. */
const prepare = loadPrepare as () => typeof import('./briefly/prepare.ts');
/** Of targets that send `Server-Timing`. */
const serverParts = loadServerParts as () => typeof import('./seldom/server-parts.ts');

export type Reply = RefinedResponse<'text'>;

/** What most routes answer when all is well: one list, so that virtual users hold it once. */
export const OK = [200];

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
export interface Prepared {
  readonly route: Route;
  readonly method: string;
  readonly tags: Counting['tags'];
  readonly expected: Expected;
  /** What its samples are counted under, and from how many ms on they are over. */
  readonly criteria: readonly CaseTags[];
  readonly limitsMs: readonly number[];
  readonly partGates: Counting['partGates'];
}

/** Of the phase that the run is in, and of no other: there are many virtual users, and each has its own. */
let prepared: Prepared[] = [];
let preparedPhase: string | undefined;
/** One object for all requests, filled in for each: k6 reads it before it sends. */
let params: { -readonly [P in keyof RequestParams]: RequestParams[P] };
let phaseHeaders: Record<string, string>;

/** Sends a request and counts it. Its parameters are the fields of a `Call`. */
export function send<T>(
  route: Route,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  read: Reader<T>,
): Result<T> {
  const ready = preparedFor(route, currentPhase());
  const payload = payloadOf(body);
  fillIn(ready, headers);
  const first = http.request(ready.method, url, payload, params) as Reply;
  return counted(followed(first, ready.method, url, payload, params), ready, read);
}

/** Sends requests at once, as a page does that needs them all, and counts each. @returns in the order of the calls */
export function sendAll<T>(calls: readonly Call<T>[]): Result<T>[] {
  const phase = currentPhase();
  const requests = calls.map(({ route, url, body, headers }) => {
    const ready = preparedFor(route, phase);
    fillIn(ready, headers);
    return { method: ready.method, url, body: payloadOf(body), params: { ...params }, ready };
  });
  const responses = http.batch(requests) as Reply[];
  return calls.map(({ url, read }, index) => {
    const { method, body, params, ready } = requests[index]!;
    return counted(followed(responses[index]!, method, url, body, params), ready, read);
  });
}

/**
 * Here and in what else runs for every request: plain loops, since k6's engine makes an object for each step of for…of, and
 * no method or global that the rest does without, since each takes room in every virtual user from its first use on.
 */
function preparedFor(route: Route, phase: string): Prepared {
  if (phase !== preparedPhase) {
    prepared = [];
    preparedPhase = phase;
    params = prepare().paramsIn(phase);
    phaseHeaders = params.headers;
  }
  for (let at = 0; at < prepared.length; at++) if (prepared[at]!.route === route) return prepared[at]!;
  const fresh = prepare().preparedFor(route, phase, prepared);
  prepared[prepared.length] = fresh;
  return fresh;
}

function fillIn({ tags, expected }: Prepared, headers: Record<string, string> | undefined): void {
  params.tags = tags;
  params.responseCallback = expected;
  params.headers = headers ? { ...phaseHeaders, ...headers } : phaseHeaders;
}

/** A body as k6 takes it: as JSON, bytes as they are; undefined sends none. */
export function payloadOf(body: unknown): string | ArrayBuffer | null {
  if (body === undefined) return null;
  // By its length, not by its kind: k6's engine makes 5 KB of built-ins when ArrayBuffer is first named.
  return (body as ArrayBuffer).byteLength === undefined ? JSON.stringify(body) : (body as ArrayBuffer);
}

/** What came at last, after redirects within the origin. */
export function followed(
  response: Reply,
  method: string,
  url: string,
  payload: string | ArrayBuffer | null,
  params: Params,
): Reply {
  return response.status >= 300 && response.status < 400
    ? seldom().followed(response, method, url, payload, params, http.request)
    : response;
}

function counted<T>(response: Reply, ready: Prepared, read: Reader<T>): Result<T> {
  const { status, body, headers } = response;
  const { criteria, limitsMs } = ready;
  const { statuses, parse } = ready.route;
  let value: T | undefined;
  for (let at = 0; at < statuses.length; at++) {
    if (statuses[at] !== status) continue;
    try {
      value = read(body ? (parse ? parse(body) : JSON.parse(body)) : undefined, response);
    } catch {
      // Not to be parsed, or not of the shape that the reader walks through: malformed either way.
    }
  }
  // A failed request is over all limits: its duration says nothing.
  const ms = value === undefined ? Number.MAX_VALUE : response.timings.duration;
  for (let at = 0; at < criteria.length; at++) addOverLimit(ms >= limitsMs[at]!, criteria[at]!);
  const timing = headers['Server-Timing'];
  if (timing) serverParts().countServerParts(timing, ready);
  if (headers['Anthropic-Ratelimit-Requests-Remaining'] ?? headers['X-Ratelimit-Remaining-Requests']) {
    seldom().countHeadroom(response, ready.tags.phase);
  }
  if (value !== undefined) return { ok: true, value, status };
  const failure = seldom().failureOf(response, statuses);
  addFailure(1, { ...ready.tags, kind: failure });
  return { ok: false, failure, status };
}
