/** k6's parameters of a request. */
import type { CookieJar, expectedStatuses } from 'k6/http';
import { PHASE_HEADER, type RouteName, RUN_HEADER } from '../../wire/routes.ts';
import { http } from '../k6.ts';
import { config } from '../run.ts';
import { TIMEOUT_SECONDS } from '../sending-limits.ts';

export type Expected = ReturnType<typeof expectedStatuses>;

/** Tags of a request's own k6 samples; the family is the group that a criterion of the test speaks of. */
export type RequestTags = {
  readonly name?: RouteName;
  readonly phase: string;
  readonly family?: string;
};

export interface RequestParams {
  readonly tags: RequestTags;
  readonly headers: Record<string, string>;
  readonly responseCallback: Expected | undefined;
  readonly redirects: 0;
  readonly timeout: number;
  readonly jar?: CookieJar;
}

/**
 * @param headers all of them, see `headersIn`
 * @param jar cookies to use instead of the VU's own
 */
export function paramsOf(
  tags: RequestTags,
  expected: Expected | undefined,
  headers: Record<string, string>,
  jar?: CookieJar,
): RequestParams {
  const params = { tags, headers, responseCallback: expected, redirects: 0, timeout: TIMEOUT_SECONDS * 1000 } as const;
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

/** k6's form of the statuses that are no failure. Not spread where it can be helped: that takes an iterator, 1.2 KB. */
export function expectedOf(statuses: readonly number[]): Expected {
  if (statuses.length > 2) return http.expectedStatuses(...statuses);
  return http.expectedStatuses(statuses[0]!, statuses[1] ?? statuses[0]!);
}
