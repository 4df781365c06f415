/**
 * One look at a route: what came back, whatever it was. Nothing of an answer is shown but its status and the names of
 * errors, since bodies hold sessions.
 */
import http from 'k6/http';
import { RAMP } from '../../behaviour.ts';
import type { RouteName } from '../../wire/routes.ts';
import { headersIn, paramsOf } from '../briefly/params.ts';
import { exchange, methodOf } from '../seldom/exchange.ts';
import { isChallenge } from '../seldom/failures.ts';
import { type Answer, errorName } from './answer.ts';

const ANY_STATUS = http.expectedStatuses({ min: 100, max: 599 });

/** Who asks: the headers that say so. */
export type Identity = Record<string, string>;
export const NOBODY: Identity = {};

/**
 * Sends one request, with no cookies but those of its headers.
 * @param url absolute
 * @param body sent as JSON, bytes as they are; undefined sends none
 */
export function look(name: RouteName, url: string, headers: Identity, body?: unknown): Answer {
  const params = paramsOf({ name, phase: RAMP }, ANY_STATUS, headersIn(RAMP, headers), new http.CookieJar());
  const reply = exchange(methodOf(name), url, body, params);
  const parsed = parse(reply.body);
  return {
    route: name,
    status: reply.status,
    body: parsed,
    headers: reply.headers,
    errorName: errorName(parsed),
    errorCode: reply.error_code,
    isChallenge: isChallenge(reply),
  };
}

function parse(text: string | null): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
