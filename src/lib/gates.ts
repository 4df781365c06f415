/** What requests count under. */
import type { RouteName, ServerPart } from '../wire/routes.ts';

/** As criteria speak of it (src/thresholds.ts). */
export const EVERY_REQUEST = 'every request';

/**
 * Each criterion in each phase that it applies in. Every virtual user holds these, so they are four lists with a place for
 * each, and no list of gates: in k6's engine an object takes 0.6 KB.
 */
export interface Gates {
  readonly subjects: readonly (RouteName | ServerPart | typeof EVERY_REQUEST)[];
  readonly phases: readonly string[];
  /** Ids. */
  readonly criteria: readonly string[];
  /** From so many ms on a sample is over; a failed request is over all of them. */
  readonly limitsMs: readonly number[];
}
