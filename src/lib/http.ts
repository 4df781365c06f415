/**
 * The only sender. Every request has a fixed name, a phase, its expected statuses, and the headers by which the
 * platform's own record can be cut the same way. It is counted whatever comes back, and never throws.
 */
import loadParams from 'afresh:./briefly/params.ts';
import loadServerParts from 'on-demand:./seldom/server-parts.ts';
import type { Params, RefinedResponse } from 'k6/http';
import type { FailureKind } from '../wire/api.ts';
import { PHASE_HEADER, type RouteName } from '../wire/routes.ts';
import type { Expected, RequestParams, RequestTags } from './briefly/params.ts';
import { EVERY_REQUEST, type Gates } from './gates.ts';
import { http } from './k6.ts';
import { addFailure, addOverLimit } from './metrics.ts';
import { currentPhase } from './phase.ts';
import { plan } from './run.ts';
import { seldom } from './seldom.ts';

/** Needed a few times in a virtual user, and not kept. */
const newParams = loadParams as () => typeof import('./briefly/params.ts');
/** Of targets that send `Server-Timing`. */
const serverParts = loadServerParts as () => typeof import('./seldom/server-parts.ts');

export type Reply = RefinedResponse<'text'>;

/** Statuses that are no failure, and k6's form of them, once it was needed. */
export interface Statuses extends Array<number> {
  expected?: Expected;
}

/** What most routes answer when all is well: one list, so that virtual users hold it once. */
export const OK: Statuses = [200];

/** A route: what it is called wherever it is counted, and how it is asked. */
export interface Route {
  readonly name: RouteName;
  readonly method: string;
  readonly statuses: Statuses;
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

/** One object for all requests, filled in for each: k6 reads it before it sends. */
let params: { -readonly [P in keyof RequestParams]: RequestParams[P] };
/** Those of every request. */
let ownHeaders: Record<string, string> | undefined;
/** Of a sample, filled in for each as well. */
const sampleTags = { criterion: '', phase: '' };

/** Sends a request and counts it. Its parameters are the fields of a `Call`. */
export function send<T>(
  route: Route,
  url: string,
  body: unknown,
  headers: Record<string, string> | undefined,
  read: Reader<T>,
): Result<T> {
  const tags = fillIn(route, currentPhase(), headers);
  const payload = payloadOf(body);
  const first = http.request(route.method, url, payload, params) as Reply;
  return counted(followed(first, route.method, url, payload, params), route, tags, read);
}

/** Sends requests at once, as a page does that needs them all, and counts each. @returns in the order of the calls */
export function sendAll<T>(calls: readonly Call<T>[]): Result<T>[] {
  const phase = currentPhase();
  const requests = calls.map(({ route, url, body, headers }) => {
    const tags = fillIn(route, phase, headers);
    return { method: route.method, url, body: payloadOf(body), params: { ...params }, tags };
  });
  const responses = http.batch(requests) as Reply[];
  return calls.map(({ route, url, read }, index) => {
    const { method, body, params, tags } = requests[index]!;
    return counted(followed(responses[index]!, method, url, body, params), route, tags, read);
  });
}

/**
 * Makes `params` those of a request that is sent now. Here and in what else runs for every request: plain loops, since
 * k6's engine makes an object for each step of for…of, and no method or global that the rest does without, since each takes
 * room in every virtual user from its first use on.
 */
function fillIn({ name, statuses }: Route, phase: string, headers: Record<string, string> | undefined): RequestTags {
  if (!ownHeaders) {
    const { headersIn, paramsOf } = newParams();
    ownHeaders = headersIn(phase);
    params = paramsOf({ phase }, undefined, ownHeaders);
  }
  ownHeaders[PHASE_HEADER] = phase;
  const family = plan.families?.[name];
  const tags: RequestTags = family ? { name, phase, family } : { name, phase };
  params.tags = tags;
  params.responseCallback = statuses.expected ??= newParams().expectedOf(statuses);
  params.headers = headers ? { ...ownHeaders, ...headers } : ownHeaders;
  return tags;
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

function counted<T>(response: Reply, route: Route, tags: RequestTags, read: Reader<T>): Result<T> {
  const { status, body, headers } = response;
  const { name, statuses, parse } = route;
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
  countUnder(EVERY_REQUEST, tags.phase, ms);
  countUnder(name, tags.phase, ms);
  const timing = headers['Server-Timing'];
  if (timing) serverParts().countServerParts(timing, tags);
  if (headers['Anthropic-Ratelimit-Requests-Remaining'] ?? headers['X-Ratelimit-Remaining-Requests']) {
    seldom().countHeadroom(response, tags.phase);
  }
  if (value !== undefined) return { ok: true, value, status };
  const failure = seldom().failureOf(response, statuses);
  addFailure(1, { ...tags, kind: failure });
  return { ok: false, failure, status };
}

/** Counts a duration under each criterion that speaks of this in this phase. */
export function countUnder(subject: Gates['subjects'][number], phase: string, ms: number): void {
  const { subjects, phases, criteria, limitsMs } = plan.gates;
  for (let at = 0; at < subjects.length; at++) {
    if (phases[at] !== phase || subjects[at] !== subject) continue;
    sampleTags.criterion = criteria[at]!;
    sampleTags.phase = phase;
    addOverLimit(ms >= limitsMs[at]!, sampleTags);
  }
}
