/**
 * One look at a route: what came back, whatever it was. Nothing of an answer is shown but its status and the names of
 * errors, since bodies hold sessions.
 */
import http from 'k6/http';
import { RAMP } from '../../behaviour.ts';
import type { RouteName } from '../../wire/routes.ts';
import { errorName } from '../api/refusals.ts';
import { headersIn, paramsOf } from '../briefly/params.ts';
import type { Route } from '../http.ts';
import { exchange, methodOf } from '../seldom/exchange.ts';
import { isChallenge } from '../seldom/failures.ts';
import type { Answer } from './answer.ts';

const ANY_STATUS = http.expectedStatuses({ min: 100, max: 599 });

/** Who asks: the headers that say so. */
export type Identity = Record<string, string>;
export const NOBODY: Identity = {};

/**
 * Sends one request, with no cookies but those of its headers.
 * @param asked the route, by its name alone where its method is in the name and its answer is JSON
 * @param url absolute
 * @param body sent as JSON, bytes as they are; undefined sends none
 */
export function look(
  asked: RouteName | Pick<Route, 'name' | 'method' | 'parse'>,
  url: string,
  headers: Identity,
  body?: unknown,
): Answer {
  const { name, method, parse } =
    typeof asked === 'string' ? { name: asked, method: methodOf(asked), parse: undefined } : asked;
  const params = paramsOf({ name, phase: RAMP }, ANY_STATUS, headersIn(RAMP, headers), new http.CookieJar());
  const reply = exchange(method, url, body, params);
  const parsed = parsedBy(parse, reply.body);
  return {
    route: name,
    status: reply.status,
    body: parsed,
    headers: reply.headers,
    errorName: errorName(parsed),
    errorCode: reply.error_code,
    errorText: reply.error,
    isChallenge: isChallenge(reply),
  };
}

function parsedBy(parse: Route['parse'] = JSON.parse, text: string | null): unknown {
  try {
    return text ? parse(text) : undefined;
  } catch {
    return undefined;
  }
}
