import { TEST_NAMES } from '../../src/workloads.ts';

/** One line when there is no test of this name. */
export function unknownTest(name: string): string | undefined {
  const names: readonly string[] = TEST_NAMES;
  return names.includes(name) ? undefined : `there is no test "${name}"; there are ${names.join(', ')}.`;
}
