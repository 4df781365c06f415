/** `launchgate run contract`: what is found of the contract, all at once. */
import type { Settings } from '../../src/wire/settings.ts';
import type { ContractRun } from '../runs/start/contract-run.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';

/** Not among the tests: it sends no load, and has no profile and no verdict. */
export const CONTRACT_TEST = 'contract';

export async function inspectAlone(settings: Settings): Promise<void> {
  const { runContract } = await import('../runs/start/contract-run.ts');
  const { terminalScreen } = await import('./terminal.ts');
  const screen = terminalScreen(process.stderr, process.env);
  const end = await runContract({ root: PROJECT, settings, env: process.env, screen, signal: interruption() });
  if (end.kind === 'stopped') return complain(end.problems, EXIT[end.why]);
  console.log(contractLines(end).join('\n'));
  process.exitCode = end.fatal.length > 0 ? EXIT.unreachable : EXIT.pass;
}

function contractLines({ fatal, deviations, asDocumented }: Extract<ContractRun, { kind: 'inspected' }>): string[] {
  const verdict =
    fatal.length > 0
      ? 'broken: load would be meaningless.'
      : deviations.length > 0
        ? 'kept where load tests need it.'
        : 'kept.';
  return [
    ...fatal.map((line) => `fatal   ${line}`),
    ...deviations.map((line) => `listed  ${line}`),
    `contract: ${asDocumented} as documented, ${fatal.length + deviations.length} not; ${verdict}`,
  ];
}
