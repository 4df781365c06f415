/**
 * ./launchgate: one command a file. A command parses, calls one room, prints and exits; it loads its room only when it
 * runs, so that `--help` and the quick commands start at once.
 */
import { Command, type CommanderError } from 'commander';
import { dataCommand } from './data.ts';
import { EXIT } from './exit-codes.ts';
import { k6Command } from './k6.ts';
import { listCommand } from './list.ts';
import { openCommand } from './open.ts';
import { platformCommand } from './platform.ts';
import { reportCommand } from './report.ts';
import { resultsCommand } from './results.ts';
import { runCommand } from './run.ts';
import { sessionsCommand } from './sessions.ts';
import { settingsCommand, settingsHelp } from './settings.ts';
import { verifyCommand } from './verify.ts';

const COMMANDS = [
  runCommand,
  listCommand,
  reportCommand,
  openCommand,
  resultsCommand,
  dataCommand,
  sessionsCommand,
  verifyCommand,
  settingsCommand,
  k6Command,
  platformCommand,
];

const program = new Command('launchgate')
  .description('Load tests that decide, with evidence, whether an AI video-learning platform can launch.')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', () => `\n${settingsHelp()}`)
  .exitOverride((error: CommanderError) => process.exit(error.exitCode === 0 ? EXIT.pass : EXIT.usage));

for (const add of COMMANDS) add(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`launchgate: ${(error as Error).message}`);
  process.exitCode = EXIT.ours;
}
