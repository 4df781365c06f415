/** Redirects, followed by hand. */
import type { Params } from 'k6/http';
import { parseTarget, sameOrigin } from '../../wire/guard.ts';
import type { Reply } from '../http.ts';
import { http } from '../k6.ts';

const MOST_HOPS = 3;

/** Follows redirects within the origin; at any other the redirect itself is the answer, and no request is sent. */
export function followed(
  first: Reply,
  method: string,
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

function originUrl(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2));
}
