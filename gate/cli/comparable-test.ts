import { HEADLINES } from '../../src/thresholds.ts';
import { TEST_NAMES } from '../../src/workloads.ts';

/** One line when there is no test of this name whose runs can be compared. */
export function whyIncomparable(name: string): string | undefined {
  const test = TEST_NAMES.find((known) => known === name);
  if (!test) return `there is no test "${name}"; there are ${TEST_NAMES.join(', ')}.`;
  const comparable = HEADLINES.some((headline) => headline.test === test);
  return comparable ? undefined : `${test} has no headline figures, so its runs can't be compared.`;
}
