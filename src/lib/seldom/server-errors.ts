/** What a server error's body says of its cause. */
import type { FailureKind } from '../../wire/api.ts';

/** Postgres, pgbouncer, Supavisor, pg's pool and Prisma, each in its own words. */
const NO_CONNECTION =
  /connection slots|too many clients|max client connections|timeout exceeded when trying to connect|timed out fetching a new connection/i;
const AI_LIMIT = /AI_QUOTA_EXCEEDED/;

export function kindOfServerError(body: string | null): FailureKind {
  if (body && NO_CONNECTION.test(body)) return 'no-connection';
  return body && AI_LIMIT.test(body) ? 'ai-limit' : 'server-error';
}
