import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, usableSettings } from './run-options.ts';
import { explained } from './wrapped.ts';

const HELP = [
  'From the environment: K6_CLOUD_TOKEN, K6_CLOUD_PROJECT_ID, K6_CLOUD_STACK_ID (k6 1.6 and newer), K6_CLOUD_NAME; and CLOUD_ZONES.',
  'Secrets of the test (LAUNCHGATE_PASSWORD_KEY, SUPABASE_ANON_KEY, EXTRA_HEADERS) are not uploaded: enter them as environment variables in Grafana Cloud, Testing & synthetics > Performance > Settings.',
  '--local runs here, is judged as any run, and streams what it measures to the cloud.',
];

const EXITS = { passed: EXIT.pass, failed: EXIT.fail, aborted: EXIT.invalid, interrupted: EXIT.interrupted } as const;

export function register(program: Command): void {
  const command = program
    .command('cloud')
    .description('run a test on k6 Cloud, and wait for its outcome')
    .argument('<test>', 'which one, see `./launchgate list`')
    .option('--profile <name>', 'smoke, gate, standard or full')
    .option('--base-url <url>', 'your platform')
    .option('--users <number>', 'users of the largest phase')
    .option('--pace <factor>', 'how fast users act')
    .option('--local', 'run here and stream to the cloud')
    .action(async (test: string, { local, ...options }: RunOptions & { local?: true }) => {
      const settings = await usableSettings(settingsOf(options));
      if (!settings) return;
      const { CLOUD_TAGS, runInCloud, streamProblems } = await import('../runs/k6/cloud.ts');
      if (local) {
        const missing = streamProblems(process.env, settings);
        if (missing.length > 0) return complain(missing, EXIT.usage);
        console.error(`What is measured here streams to project ${process.env.K6_CLOUD_PROJECT_ID} of k6 Cloud.`);
        const run = ['run', test, ...runFlags(options), '--', '--out=cloud', CLOUD_TAGS];
        await program.parseAsync(run, { from: 'user' });
        return;
      }

      const say = (line: string) => console.error(line);
      const result = await runInCloud({
        ...{ root: PROJECT, test, settings, env: process.env, say },
        signal: interruption(),
      });
      if (result.kind === 'refused') return complain(result.problems, EXIT.usage);
      const { cloudLines } = await import('./cloud-lines.ts');
      console.log(cloudLines(result, settings).join('\n'));
      process.exitCode = EXITS[result.outcome];
    });
  explained(command, ...HELP);
}

function runFlags({ profile, baseUrl, users, pace }: RunOptions): string[] {
  return Object.entries({ '--profile': profile, '--base-url': baseUrl, '--users': users, '--pace': pace }).flatMap(
    ([flag, value]) => (value === undefined ? [] : [flag, value]),
  );
}
