/** Refusals: thrown by a route, they become its answer. */
import type { AppErrorBody } from '../src/wire/api.ts';
import type { Reply } from './call.ts';

export class Refusal extends Error {
  readonly reply: Reply;

  constructor(message: string, reply: Reply) {
    super(message);
    this.reply = reply;
  }
}

interface More {
  readonly details?: unknown;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** In the error body of PLATFORM.md. */
export function appError(statusCode: number, name: string, code: string, message: string, more: More = {}): Refusal {
  const { headers, ...rest } = more;
  const body: AppErrorBody = { error: { name, message, code, statusCode, ...rest } };
  return new Refusal(message, { status: statusCode, body, headers });
}

/** In the body of the older routes (video, creator). */
export function olderError(status: number, error: string, message: string, details?: unknown): Refusal {
  return new Refusal(message, { status, body: { error, message, details } });
}

export const invalid = (message: string) => appError(400, 'ValidationError', 'VALIDATION_ERROR', message);

export const notSignedIn = (message = 'Authentication required') =>
  appError(401, 'AuthenticationError', 'AUTHENTICATION_ERROR', message);

export const forbidden = (message: string) => appError(403, 'AuthorizationError', 'AUTHORIZATION_ERROR', message);

export const notFound = (message: string) => appError(404, 'NotFoundError', 'NOT_FOUND', message);

/** What nobody foresaw, such as a database without a free connection. */
export function internalError(error: unknown): Refusal {
  return appError(500, 'InternalError', 'INTERNAL_ERROR', error instanceof Error ? error.message : String(error));
}
