/**
 * Before any load, a few users look at every route that a load test will use: does it answer and refuse as PLATFORM.md
 * says? All deviations come at once. Fatal are those that would make the load test meaningless: sign-in, the shape of a
 * success, and what one creator or user sees or changes of another's. The rest is listed. What takes a used-up limit to be
 * seen (429, quotas) is for the rate-limits test, and the provider's 502 can't be asked for.
 */
import { assemble, INSPECTIONS, OTHERS } from '../lib/api/contract/inspections.ts';
import { defineContract } from '../lib/contract/define-contract.ts';
import { config, requirePasswordKey, requireTarget } from '../lib/once/settings.ts';

requireTarget(config.contractFor || 'contract');
requirePasswordKey();
const inspections = inspectionsFor(config.contractFor);

export const { options, contract, handleSummary } = defineContract(() => {
  const cast = assemble();
  if (!cast) return;
  for (const inspect of inspections) inspect(cast);
});

/** Those of one test, or all of them; a test without any is not for this platform. */
function inspectionsFor(test: string) {
  const chosen = Object.entries(INSPECTIONS).filter(([name]) => test === '' || name === test);
  if (chosen.length === 0) {
    throw `CONTRACT_FOR: there is no test "${test}"; there are ${Object.keys(INSPECTIONS).join(', ')}.`;
  }
  return [...new Set([...chosen.flatMap(([, inspections]) => inspections), ...(test === '' ? OTHERS : [])])];
}
