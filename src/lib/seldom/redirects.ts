/** Redirects, followed by hand. */
import type { Params, request as send } from 'k6/http';
import { parseTarget, sameOrigin } from '../../wire/guard.ts';
import type { Reply } from '../http.ts';

const MOST_HOPS = 3;

/**
 * Follows a few redirects within the origin; one that leads elsewhere is itself the answer, and no request is sent.
 * @param request k6's own
 */
export function followed(
  first: Reply,
  method: string,
  url: string,
  payload: string | ArrayBuffer | null,
  params: Params,
  request: typeof send,
): Reply {
  const from = parseTarget(url);
  let response = first;
  for (let hop = 0; hop < MOST_HOPS && isRedirect(response) && from.ok; hop++) {
    const location = response.headers.Location ?? '';
    const to = parseTarget(absolute(location, url));
    if (!to.ok || !sameOrigin(from.origin, to.origin)) return response;
    const keepsMethod = response.status === 307 || response.status === 308;
    response = request(
      keepsMethod ? method : 'GET',
      originUrl(url) + to.path,
      keepsMethod ? payload : null,
      params,
    ) as Reply;
  }
  return response;
}

function isRedirect({ status }: Reply): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** `/path` is of the same origin, `//host/path` of the same scheme. */
function absolute(location: string, url: string): string {
  if (location.startsWith('//')) return url.slice(0, url.indexOf('//')) + location;
  return location.startsWith('/') ? originUrl(url) + location : location;
}

function originUrl(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2));
}
