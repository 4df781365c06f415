/** Refusals of the app's routes, in the error body of PLATFORM.md. */
import type { AppErrorBody } from '../src/wire/api.ts';

interface More {
  readonly details?: unknown;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a route; becomes the answer. */
export class AppError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  private readonly code: string;
  private readonly more: More;

  constructor(status: number, name: string, code: string, message: string, more: More = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.code = code;
    this.more = more;
    this.headers = more.headers ?? {};
  }

  body(): AppErrorBody {
    const { details, retryAfter } = this.more;
    return {
      error: {
        name: this.name,
        message: this.message,
        code: this.code,
        statusCode: this.status,
        ...(details === undefined ? {} : { details }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
    };
  }
}

export const invalid = (message: string, details?: unknown) =>
  new AppError(400, 'ValidationError', 'VALIDATION_ERROR', message, { details });

export const notSignedIn = (message = 'Authentication required') =>
  new AppError(401, 'AuthenticationError', 'AUTHENTICATION_ERROR', message);

export const forbidden = (message: string) => new AppError(403, 'AuthorizationError', 'AUTHORIZATION_ERROR', message);
