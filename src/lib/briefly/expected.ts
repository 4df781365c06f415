/** k6's form of the statuses that are no failure. */
import { http } from '../k6.ts';
import type { Expected } from './params.ts';

/** Not spread where it can be helped: that takes an iterator, 1.2 KB. */
export function expectedOf(statuses: readonly number[]): Expected {
  if (statuses.length > 2) return http.expectedStatuses(...statuses);
  return http.expectedStatuses(statuses[0]!, statuses[1] ?? statuses[0]!);
}
