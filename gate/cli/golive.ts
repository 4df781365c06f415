import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { hostProblems } from '../../src/wire/guard.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { span } from './options.ts';
import { PROJECT } from './project.ts';
import { usableSettings } from './run-options.ts';
import { explained } from './wrapped.ts';

interface GoliveOptions {
  baseUrl?: string;
  /** ms */
  firstWatch: number;
  /** ms */
  secondWatch: number;
  again?: true;
}

const HOUR_MS = 3_600_000;

export function register(program: Command): void {
  const command = program
    .command('golive')
    .description(
      'launch day, step by step: the decision stands, the platform is well, quick passes there, no alert comes',
    )
    .option('--base-url <url>', 'the platform that has just been deployed')
    .addOption(watch('--first-watch <time>', 'how long it is watched at first', HOUR_MS, '1h'))
    .addOption(watch('--second-watch <time>', 'and then', 24 * HOUR_MS, '24h'))
    .option('--again', 'take every step anew, also those that were done')
    .action(golive);
  explained(
    command,
    'A step that fails ends it. Started again, it goes on where it was, as long as decision and revision are the same, and the revision is known; decision and health are looked at each time. What it did is kept in results/golive/, where the checklist reads it.',
    'Production takes the quick test only with LAUNCHGATE_PRODUCTION and ALLOW_PRODUCTION=<its host>.',
  );
}

function watch(flags: string, meaning: string, ms: number, text: string): Option {
  return new Option(flags, meaning).argParser(span).default(ms, text);
}

async function golive({ baseUrl, firstWatch, secondWatch, again }: GoliveOptions): Promise<void> {
  const flags = { PROFILE: 'standard', ...(baseUrl === undefined ? {} : { BASE_URL: baseUrl }) };
  const settings = await usableSettings(flags);
  if (!settings) return;
  if (!settings.BASE_URL)
    return complain(['BASE_URL is not set: give --base-url, the platform that has just been deployed.'], EXIT.usage);
  const hosts = hostProblems('quick', settings);
  if (hosts.length > 0) return complain(hosts, EXIT.usage);
  const { launch } = await import('./golive-steps.ts');
  await launch({
    ...{ settings, results: join(PROJECT, 'results'), signal: interruption(), again: again === true },
    watchesMs: { 'first-watch': firstWatch, 'second-watch': secondWatch },
  });
}
