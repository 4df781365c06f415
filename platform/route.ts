/** How a route is described, so that one place can measure, name and guard all of them. */
import type { IncomingMessage } from 'node:http';
import type { RouteName } from '../src/wire/routes.ts';
import type { Call, Reply } from './call.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
export type Params = Readonly<Record<string, string>>;

/** A route of the app: counted, timed, with a connection of its own, and a session unless it says otherwise. */
export interface AppRoute {
  readonly name: RouteName;
  readonly method: Method;
  /** Hono's pattern, without ROUTE_PREFIX. */
  readonly path: string;
  readonly session: boolean;
  handle(call: Call): Promise<Reply>;
}

/** Anything else that the server answers: GoTrue, metrics, the platform's own record. */
export interface Endpoint {
  /** As in ROUTES where it is there; it may depend on the request. */
  readonly name: string | ((request: Request) => string);
  readonly method: Method;
  readonly path: string;
  /** @param incoming the raw request, for a body that is read as a stream */
  handle(request: Request, params: Params, incoming: IncomingMessage): Reply | Promise<Reply>;
}
