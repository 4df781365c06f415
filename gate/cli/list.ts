import type { Command } from 'commander';
import { loadText, type Phase, type Profile, plannedSeconds, TEST_NAMES, WORKLOADS } from '../../src/workloads.ts';

export function register(program: Command): void {
  program
    .command('list')
    .description('list the tests, their profiles, users and durations')
    .action(() => {
      for (const test of TEST_NAMES) {
        console.log(`${test}: ${WORKLOADS[test].title}`);
        for (const [profile, phases] of Object.entries(WORKLOADS[test].profiles) as [Profile, readonly Phase[]][]) {
          const load = loadText(test, phases).replace('up to ', '');
          const holds = phases.map(({ name, holdSeconds }) => `${name} ${holdSeconds} s`).join(', ');
          console.log(
            `  ${profile.padEnd(9)} ${load.padStart(24)}  ${minutes(plannedSeconds(test, phases))}  (holds: ${holds})`,
          );
        }
      }
    });
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
}
