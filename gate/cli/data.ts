/** `launchgate data …`: the test data, from CSV files to rows in the user's project and away again. */
import type { Command } from 'commander';
import type { FixtureSizes } from '../target/generate.ts';
import { complain } from './complain.ts';
import { clean, resetUsage, seed, status } from './data-actions.ts';
import { EXIT } from './exit-codes.ts';
import { count } from './figures.ts';
import { whole } from './options.ts';
import { usableSettings } from './run-options.ts';

/** Transcript chunks of the checklist: 15 a video. */
export const CHUNKS = 1_500;
export function register(program: Command): void {
  const data = program.command('data').description('make, load and remove the test data');

  data
    .command('generate')
    .description('write fixtures/*.csv: users, videos and the phrases of their questions; same seed, same bytes')
    .option('--students <count>', 'students; a test needs one for each of its users', whole, 1_050)
    .option('--creators <count>', 'creators over three tiers', whole, 10)
    .option('--videos <count>', 'videos over all creators', whole, 100)
    .option('--uploaders <count>', 'enterprise creators of their own for the video test', whole, 100)
    .option('--seed <number>', 'what everything follows from (SEED)', whole)
    .option('--out <folder>', 'where the files go', 'fixtures')
    .option('--then-seed', 'and write them into your Supabase project, when SUPABASE_URL is set')
    .action(generate);

  seedOptions(data.command('seed').description('write the fixtures into your Supabase project; safe to repeat'))
    .option('--project <ref>', 'the project, when it holds rows that are not test data')
    .option('--dry-run', 'say what would be written, and write nothing')
    .action(seed);

  seedOptions(data.command('status').description('show how much of the test data is there')).action(status);

  data
    .command('clean')
    .description('remove the test data and what tests made of it: files, rows, users')
    .option('--project <ref>', 'the project, when it holds rows that are not test data')
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .action(clean);

  data
    .command('reset-usage')
    .description('give all test users their chat quota back')
    .option('--project <ref>', 'the project, when it holds rows that are not test data')
    .action(resetUsage);
}

function seedOptions(command: Command): Command {
  return command
    .option('--students <count>', 'only the first so many students of fixtures/users.csv', whole)
    .option('--uploaders <count>', 'only the first so many uploaders', whole)
    .option('--chunks <count>', 'transcript chunks over all videos', whole, CHUNKS);
}

async function generate(options: FixtureSizes & { seed?: number; out: string; thenSeed?: true }): Promise<void> {
  const settings = await usableSettings();
  if (!settings) return;
  if (options.videos < options.creators) {
    return complain(['every creator needs a video: give at least as many --videos as --creators.'], EXIT.usage);
  }
  const { generateFixtures, writeFixtures } = await import('../target/generate.ts');
  const seedNumber = options.seed ?? Number(settings.SEED);
  const fixtures = generateFixtures(options, seedNumber);
  try {
    for (const path of await writeFixtures(options.out, fixtures)) console.log(path);
  } catch (error) {
    return complain([`the fixtures can't be written to ${options.out}: ${(error as Error).message}.`], EXIT.usage);
  }
  console.log(`${count(fixtures.users.length)} users, ${count(fixtures.videos.length)} videos, seed ${seedNumber}.`);
  if (options.thenSeed && settings.SUPABASE_URL) await seed({ chunks: CHUNKS });
}
