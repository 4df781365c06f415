/** How a cause is described, so that it can be weighed against a run. */
import type { CauseId, Finding } from '../../src/wire/diagnosis-file.ts';
import type { RouteName } from '../../src/wire/routes.ts';
import type { Load } from './calm-and-load.ts';

/** Something that was seen, and how much it says. */
export interface Sign {
  /** What it adds to the log odds: above 0 it speaks for the cause. 3 alone makes it as likely as not. */
  weight: number;
  /** In words, with its figure; a clause without a full stop. */
  text: string;
}

export interface Cause extends Pick<Finding, 'title' | 'severity' | 'fix' | 'monthlyCost' | 'proof'> {
  id: CauseId;
  /** Everything that the run has to say of it; empty when it says nothing. */
  signs(load: Load): Sign[];
  /** What would have told more, each in a clause. */
  missing(load: Load): string[];
  /** In the loaded hold, 0..1 each; see Finding. */
  harm(load: Load): Finding['harm'];
  /** Since when it shows, as far as the run tells; only asked where it does. */
  since(load: Load): number | 'always' | null;
}

/** Reads of a row or a short list: what they take of the database is what one statement takes. */
export const SIMPLE_READS = ['GET /api/chronos/balance', 'GET /api/chat'] as const satisfies readonly RouteName[];

/**
 * Routes that show lists whose items could be asked for one by one, and how many times the database time of a simple read
 * each takes when they are not: measured on the embedded platform, rounded up.
 */
export const LISTS = {
  'GET /api/calendar/events': 1,
  'GET /api/video/list': 2,
  'GET /api/creator/stats': 3,
  'GET /api/creator/analytics': 4,
} as const satisfies Partial<Record<RouteName, number>>;

/** The sign of a figure that speaks for a cause from `from` on, and against it up to `upTo`; nothing in between. */
export function between(
  value: number,
  { from, upTo, weight, against }: { from: number; upTo: number; weight: number; against: number },
  text: string,
): Sign[] {
  if (value >= from) return [{ weight, text }];
  return value <= upTo ? [{ weight: -against, text }] : [];
}

/** a of b, 0..1; 0 when there is no b. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
