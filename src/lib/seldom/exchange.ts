/** Requests that are counted by k6 alone. */
import type { Params } from 'k6/http';
import type { RouteName } from '../../wire/routes.ts';
import { followed, payloadOf, type Reply } from '../http.ts';
import { http } from '../k6.ts';

/**
 * Sends a request, follows redirects within its origin, and gives back what came.
 * @param params see briefly/params.ts
 */
export function exchange(method: string, url: string, body: unknown, params: Params): Reply {
  const payload = payloadOf(body);
  return followed(http.request(method, url, payload, params) as Reply, method, url, payload, params);
}

/** Sends the same kind of request many times at once; redirects are the answer. */
export function exchangeAll(method: string, url: string, bodies: readonly unknown[], params: Params): Reply[] {
  return http.batch(bodies.map((body) => ({ method, url, body: payloadOf(body), params }))) as Reply[];
}

/** GET of `GET /api/chat`. */
export function methodOf(name: RouteName): string {
  return name.slice(0, name.indexOf(' '));
}
