/** results/audit/<UTC time>/audit.json: what `launchgate audit` saw of one target at one moment. */

export const AUDIT_SCHEMA = 1;

/**
 * ok: seen, and in order. found: seen, and not. not seen: it could not be looked at, which is never taken for fine; then
 * a person has to answer.
 */
export type FindingOutcome = 'ok' | 'found' | 'not seen';

export interface Finding {
  /** kebab-case; checklist.yaml refers to it. */
  id: string;
  /** For people, a few words. */
  title: string;
  outcome: FindingOutcome;
  severity: 'critical' | 'high' | 'medium';
  /** Of PLATFORM.md, where it is one of the known ones. */
  weakPoint?: number;
  /** What was seen, with its figure; or why it could not be. One sentence. */
  seen: string;
  /** Why it matters, one sentence. */
  why: string;
  /** The exact fix (SQL, a setting); '' where nothing was found. */
  fix: string;
  /** A month, in dollars, as the launch checklist prices the fix. */
  monthlyCost: number;
}

export interface AuditFile {
  schema: typeof AUDIT_SCHEMA;
  /** As in Configuration. */
  target: string;
  setup: string;
  /** Of the target, or ''. */
  revision: string;
  /** ISO 8601, UTC. */
  at: string;
  /** What was looked through, for people: the app, its metrics, Postgres, Redis. */
  sources: string[];
  findings: Finding[];
}
