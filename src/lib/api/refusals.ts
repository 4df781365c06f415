/**
 * How the platform says no, beyond what every status says by itself. Bundled where it is seldom needed (src/lib/seldom):
 * it imports types only.
 */
import type { FailureKind } from '../../wire/api.ts';
import type { Reply } from '../http.ts';

/** Postgres, pgbouncer, Supavisor, pg's pool and Prisma, each in its own words. */
const NO_CONNECTION =
  /connection slots|too many clients|max client connections|timeout exceeded when trying to connect|timed out fetching a new connection/i;
const AI_LIMIT = /AI_QUOTA_EXCEEDED/;

/** Whether the user has asked for more than the tier's quota. */
export function isQuotaRefusal({ status, body }: Pick<Reply, 'status' | 'body'>): boolean {
  return status === 403 && (body?.includes('LIMIT_EXCEEDED') ?? false);
}

/** What a server error's body says of its cause. */
export function kindOfServerError(body: string | null): FailureKind {
  if (body && NO_CONNECTION.test(body)) return 'no-connection';
  return body && AI_LIMIT.test(body) ? 'ai-limit' : 'server-error';
}

/** The short name that an error body gives: GoTrue's error_code, an app error's code, or an older route's text. */
export function errorName(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error_code, error, message } = body as Record<string, unknown>;
  const code = (error as { code?: unknown } | null | undefined)?.code;
  // Only what looks like a name: a longer text could hold anything.
  return [error_code, code, error, message].find(
    (name): name is string => typeof name === 'string' && /^[\w .-]{1,40}$/.test(name),
  );
}
