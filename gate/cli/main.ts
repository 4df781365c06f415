/**
 * ./launchgate: one command a file. A command parses, calls one room, prints and exits; it loads its room only when it
 * runs, so that `--help` and the quick commands start at once.
 */
import { Command, type CommanderError } from 'commander';
import { printable } from '../../src/wire/plain-text.ts';
import { fileErrorText } from '../runs/folder/file-error.ts';
import { register as alerts } from './alerts.ts';
import { register as all } from './all.ts';
import { register as archive } from './archive.ts';
import { register as attest } from './attest.ts';
import { register as audit } from './audit.ts';
import { register as baseline } from './baseline.ts';
import { register as capacity } from './capacity.ts';
import { register as checklist } from './checklist.ts';
import { register as cloud } from './cloud.ts';
import { register as compare } from './compare.ts';
import { register as data } from './data.ts';
import { register as diagnose } from './diagnose.ts';
import { EXIT } from './exit-codes.ts';
import { register as golive } from './golive.ts';
import { register as k6 } from './k6.ts';
import { register as list } from './list.ts';
import { register as merge } from './merge.ts';
import { register as monitor } from './monitor.ts';
import { register as observe } from './observe.ts';
import { register as open } from './open.ts';
import { register as plan } from './plan.ts';
import { register as platform } from './platform.ts';
import { register as report } from './report.ts';
import { register as results } from './results.ts';
import { register as run } from './run.ts';
import { register as sessions } from './sessions.ts';
import { register as settings, settingsHelp } from './settings.ts';
import { register as signoff } from './signoff.ts';
import { register as verify } from './verify.ts';
import { register as waive } from './waive.ts';
import { USUAL_WIDTH } from './wrapped.ts';

/** In the order of `--help`. */
const COMMANDS: Readonly<Record<string, readonly ((program: Command) => void)[]>> = {
  'Run and judge': [run, all, list, verify, merge, archive, cloud],
  'See what happened, and why': [report, open, diagnose, results],
  'Compare and plan': [baseline, compare, capacity, plan],
  'Watch the platform': [monitor, observe, alerts],
  'Test data and users': [data, sessions],
  'Decide on the launch': [audit, checklist, attest, waive, signoff, golive],
  'This machine': [settings, k6, platform],
};

const program = new Command('launchgate')
  .description('Load tests that decide, with evidence, whether an AI video-learning platform can launch.')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', () => `\n${settingsHelp(process.stdout.columns || USUAL_WIDTH)}`)
  .exitOverride((error: CommanderError) => process.exit(error.exitCode === 0 ? EXIT.pass : EXIT.usage));

for (const [group, registers] of Object.entries(COMMANDS)) {
  program.commandsGroup(`${group}:`);
  for (const register of registers) register(program);
}
pointToHelp(program, './launchgate');

/** A command line that can't be read ends in one line, and where it doesn't say what to write, the help does. */
function pointToHelp(command: Command, path: string): void {
  command.configureOutput({
    outputError: (text, write) => {
      const said = text
        .replace(/^error: /, '')
        .trim()
        .replaceAll('\n', ' ')
        .replace(/\.$/, '');
      write(`launchgate: ${said}${said.includes('It must be') ? '' : `; see \`${path} --help\``}.\n`);
    },
  });
  for (const inner of command.commands) pointToHelp(inner, `${path} ${inner.name()}`);
}

// A terminal that was closed, or `| head` that has seen enough, ends nothing: a run is to be kept all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`launchgate: ${printable(fileErrorText(error))}`);
  // What was going on has nobody left to end it.
  process.exit(EXIT.ours);
}
