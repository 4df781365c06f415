import { join } from 'node:path';
import type { Command } from 'commander';
import { interruption } from './interruption.ts';
import type { MonitorOptions } from './monitor-actions.ts';
import { span } from './options.ts';
import { PROJECT } from './project.ts';
import { usableSettings } from './run-options.ts';
import { SETTINGS_HINT } from './settings.ts';
import { explained } from './wrapped.ts';

export function register(program: Command): void {
  const command = program
    .command('monitor')
    .description("watch the server's signals, live; the run in progress too, when there is one")
    .option('--for <time>', 'end after so long, e.g. 1h or 24h, with a report; exit code 7 when an alert fired', span)
    .option('--out <file>', 'write the report there: Markdown, or JSON when the name ends in .json')
    .option('--until-healthy', 'wait until /api/health is well, three looks in a row; without --for, end then')
    .option('--within <time>', 'longest wait for that (10m)', span)
    .option('--base-url <url>', 'your platform; without it the run in progress is watched')
    .action(async (options: MonitorOptions) => {
      const settings = await usableSettings(options.baseUrl === undefined ? {} : { BASE_URL: options.baseUrl });
      if (!settings) return;
      const { monitor } = await import('./monitor-actions.ts');
      await monitor({ ...options, settings, results: join(PROJECT, 'results'), signal: interruption() });
    });
  explained(command, ...EXPLAINED, SETTINGS_HINT);
}

const EXPLAINED = [
  "On a terminal it is a screen; in a pipe each reading, alert and problem is a line of JSON. Nothing is loaded: each source is asked once in 5 s at most, and while a run loads the platform, the run's own readings are shown instead.",
  'Exit codes: 0 no alert fired; 7 alerts fired; 5 too little was seen to say; 3 not healthy in time; 130 cut short.',
];
