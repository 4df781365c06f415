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
          const holds = phases.map(({ name, holdSeconds }) => `${name} ${took(holdSeconds)}`).join(', ');
          console.log(
            `  ${profile.padEnd(9)} ${load.padStart(24)}  ${took(plannedSeconds(test, phases)).padEnd(11)}  (holds: ${holds})`,
          );
        }
      }
    });
}

/** `38 s`, `6 min 25 s`, `4 h 10 min` */
function took(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 3_600) return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
