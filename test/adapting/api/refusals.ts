/** How the tutor says no. */
import type { FailureKind } from '../../wire/api.ts';
import type { Reply } from '../http.ts';

/** Payment required: the month's questions are used up. */
export function isQuotaRefusal({ status }: Pick<Reply, 'status'>): boolean {
  return status === 402;
}

export function kindOfServerError(_body: string | null): FailureKind {
  return 'server-error';
}

/** What the body calls its error. */
export function errorName(body: unknown): string | undefined {
  const problem = (body as { problem?: unknown } | null | undefined)?.problem;
  return typeof problem === 'string' ? problem : undefined;
}
