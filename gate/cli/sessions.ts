/** `launchgate sessions prepare`: sign the test users in before a run, at a rate that the target allows. */
import { relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { signInRate } from '../../src/wire/sessions.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { count } from './figures.ts';
import { whole } from './options.ts';
import { PROJECT } from './project.ts';
import { usableSettings } from './run-options.ts';

/** What hosted Supabase takes at once. */
const BURST = 30;

interface PrepareArguments {
  students?: number;
  uploaders?: number;
  perHour?: number;
  burst?: number;
  out?: string;
}

export function register(program: Command): void {
  program
    .command('sessions')
    .description('prepare the sessions of the test users')
    .command('prepare')
    .description('sign the test users in, as fast as the target allows, and keep their sessions in a private file')
    .option('--students <count>', 'only the first so many students', whole)
    .option('--uploaders <count>', 'only the first so many uploaders', whole)
    .option('--per-hour <count>', 'sign-ins an hour (SIGN_INS_PER_HOUR; on loopback as fast as it goes)', whole)
    .option('--burst <count>', `sign-ins at once before that rate holds (${BURST})`, whole)
    .option('--out <file>', 'where they go (SESSIONS_FILE, or .sessions/<project>.json)')
    .action(prepare);
}

async function prepare(options: PrepareArguments): Promise<void> {
  const settings = await usableSettings();
  if (!settings) return;
  const { projectRef, supabaseUrl } = await import('../target/project.ts');
  const { refusing } = await import('./refusing.ts');
  const { requestFor } = await import('./data-actions.ts');
  const { terminalReport } = await import('./terminal.ts');
  const { prepareSessions } = await import('../target/sessions.ts');
  const report = terminalReport(process.stderr, process.env);
  await refusing(async () => {
    const url = supabaseUrl(settings);
    const path = resolve(PROJECT, options.out || settings.SESSIONS_FILE || `.sessions/${projectRef(url)}.json`);
    if (path.startsWith(resolve(PROJECT, 'results') + sep)) {
      return complain(['the sessions are secret and must not be in results/; choose another --out.'], EXIT.usage);
    }
    const { fixtures } = await requestFor({ ...options, chunks: 0 });
    const { perHour, burst = BURST } = { ...signInRate(settings), ...options };
    const { signedIn, kept, firstEndsMs } = await prepareSessions(
      { settings, users: fixtures.users, path, rate: perHour === undefined ? undefined : { perHour, burst } },
      report,
    );
    // As the setting is read: a relative path begins in the project's folder.
    const shown = path.startsWith(PROJECT + sep) ? relative(PROJECT, path) : path;
    console.log(`${count(signedIn)} users signed in, ${count(kept)} sessions kept; they are in ${shown}.`);
    console.log(
      `The first ends at ${new Date(firstEndsMs).toTimeString().slice(0, 5)}. To use them: SESSIONS_FILE=${shown}`,
    );
  }, report.line);
}
