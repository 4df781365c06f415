/**
 * Turns an inspection into what k6 asks of a script: one user, one iteration, and the result file.
 */

import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { K6_TESTING } from 'k6-testing';
import { config, requireOwnOptions } from '../once/settings.ts';
import { sharedOptions } from '../once/shared-options.ts';
import { joinRun } from '../run.ts';
import { expects, type Weight } from './findings.ts';

/** contract.json: what the gate reads before it sends load. */
interface ContractResult {
  /** One line each; load would be meaningless. */
  fatal: string[];
  /** One line each; worth knowing. */
  deviations: string[];
  /** Expectations that held. */
  asDocumented: number;
  /** Which module made the assertions: `jslib <version>` or `stand-in`. */
  k6Testing: string;
}

interface Check {
  name: string;
  fails: number;
  passes: number;
}

/** The part of handleSummary's argument that is read. */
interface Checked {
  root_group: { groups: { name: string; checks: Check[] }[] };
}

interface Script {
  options: Options;
  contract: () => void;
  handleSummary: (data: Checked) => Record<string, string>;
}

const MOST_SECONDS = '90s';
const ITSELF = 'the contract test';

export function defineContract(inspect: () => void): Script {
  joinRun();
  return {
    options: {
      ...sharedOptions('contract'),
      // Without these two k6 keeps no account of checks by group.
      systemTags: ['name', 'status', 'check', 'group'],
      scenarios: {
        contract: { executor: 'shared-iterations', exec: 'contract', vus: 1, iterations: 1, maxDuration: MOST_SECONDS },
      },
      // An iteration that k6 cut short fails nothing by itself.
      thresholds: { iterations: ['count>0'] },
    },
    contract: () => {
      try {
        requireOwnOptions(exec.test.options);
        inspect();
        expects('fatal', ITSELF, 'its end', 'its end');
      } catch (error) {
        expects('fatal', ITSELF, typeof error === 'string' ? error : `an exception: ${error}`, 'its end');
      }
    },
    handleSummary: (data) => {
      const result = resultOf(data);
      return { [config.contractPath]: JSON.stringify(result, null, 1), stdout: resultText(result) };
    },
  };
}

function resultOf({ root_group }: Checked): ContractResult {
  const checksOf = (weight: Weight) => root_group.groups.find(({ name }) => name === weight)?.checks ?? [];
  const failed = (weight: Weight) => checksOf(weight).filter(({ fails }) => fails > 0);
  const fatal = failed('fatal').map(({ name }) => name);
  // Cut short by a signal or its time limit, it has seen only a part.
  if (!checksOf('fatal').some(({ name }) => name.startsWith(ITSELF))) fatal.push(`${ITSELF} did not come to its end`);
  return {
    fatal,
    deviations: failed('listed').map(({ name }) => name),
    asDocumented: [...checksOf('fatal'), ...checksOf('listed')].reduce((sum, { passes }) => sum + passes, 0),
    k6Testing: K6_TESTING,
  };
}

function resultText({ fatal, deviations, asDocumented }: ContractResult): string {
  const lines = [...fatal.map((line) => `  fatal   ${line}`), ...deviations.map((line) => `  listed  ${line}`)];
  const count = fatal.length + deviations.length;
  return ['', `contract: ${asDocumented} as documented, ${count} not`, ...lines, ''].join('\n');
}
