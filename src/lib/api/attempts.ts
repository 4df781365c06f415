/**
 * Requests that are made to meet a limit: what counts is whether they were let through, and what the headers say.
 */
import { ASIDE } from '../../behaviour.ts';
import type { LimitName } from '../../wire/limits.ts';
import type { RouteName } from '../../wire/routes.ts';
import { headersIn, paramsOf } from '../briefly/params.ts';
import type { Reply } from '../http.ts';
import { http } from '../k6.ts';
import type { FixtureUser } from '../once/fixture-rows.ts';
import { question } from '../questions.ts';
import { config } from '../run.ts';
import { exchangeAll, methodOf } from '../seldom/exchange.ts';
import { tokenFor } from '../visiting.ts';
import { headersOf } from './identity.ts';
import { uploadRequest } from './video.ts';

/** A user in front of a limit. */
export interface Visitor {
  readonly user: FixtureUser;
  readonly headers: Record<string, string>;
}

/** What one request met. */
export interface Attempt {
  readonly status: number;
  readonly letThrough: boolean;
  /** What the body calls its error, or ''. */
  readonly errorCode: string;
  /** `retryAfter` of the body, s. */
  readonly retryAfterInBody: number | undefined;
  /** Headers; undefined where the answer has none. */
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** Unix ms. */
  readonly resetAt: number | undefined;
  /** s */
  readonly retryAfter: number | undefined;
  /** When the answer was there, Unix ms. */
  readonly at: number;
}

interface Limited {
  readonly route: RouteName;
  readonly path: string;
  readonly body: (user: FixtureUser) => unknown;
}

/** A video that nobody has: the limit comes before the search for it. */
const NO_VIDEO = '00000000-0000-4000-8000-000000000000';

const LIMITED: Readonly<Record<LimitName, Limited>> = {
  chat: {
    route: 'POST /api/chat',
    path: '/api/chat',
    body: ({ creator_id }) => ({ message: question(), creator_id }),
  },
  upload: { route: 'POST /api/video/upload-url', path: '/api/video/upload-url', body: () => uploadRequest(1_000) },
  quiz: {
    route: 'POST /api/assessments/quiz/generate',
    path: '/api/assessments/quiz/generate',
    body: () => ({ videoIds: [NO_VIDEO], options: { questionCount: 3 } }),
  },
  api: { route: 'GET /api/chronos/balance', path: '/api/chronos/balance', body: () => undefined },
};

/** Whatever it is: a limit that is met is no failure here. */
const ANY_STATUS = http.expectedStatuses({ min: 100, max: 599 });

/** Signs a user in; undefined when the platform doesn't let it. */
export function visitorFor(user: FixtureUser): Visitor | undefined {
  const token = tokenFor(user);
  return token && { user, headers: headersOf(token) };
}

/** So many requests at once, each under the same limit. */
export function attempt({ user, headers }: Visitor, limit: LimitName, count: number): Attempt[] {
  const { route, path, body } = LIMITED[limit];
  const bodies = Array.from({ length: count }, () => body(user));
  const params = paramsOf({ name: route, phase: ASIDE }, ANY_STATUS, headersIn(ASIDE, headers), new http.CookieJar());
  return exchangeAll(methodOf(route), config.appUrl + path, bodies, params).map(attemptOf);
}

function attemptOf({ status, headers, body }: Reply): Attempt {
  const { error } = parsed(body);
  const number = (name: string) => (headers[name] === undefined ? undefined : Number(headers[name]));
  const reset = number('X-Ratelimit-Reset');
  return {
    status,
    letThrough: status !== 429,
    errorCode: error?.code ?? '',
    retryAfterInBody: error?.retryAfter,
    limit: number('X-Ratelimit-Limit'),
    remaining: number('X-Ratelimit-Remaining'),
    // Upstash gives ms, others seconds.
    resetAt: reset === undefined || reset > 1e11 ? reset : reset * 1000,
    retryAfter: number('Retry-After'),
    at: Date.now(),
  };
}

function parsed(body: string | null): { error?: { code?: string; retryAfter?: number } } {
  try {
    const value: unknown = JSON.parse(body ?? '');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
