/** `launchgate data …`: the test data, from CSV files to rows in the user's project and away again. */
import { type Command, InvalidArgumentError } from 'commander';
import { readSettings } from '../../src/wire/settings.ts';
import type { FixtureSizes } from '../target/generate.ts';

export function register(program: Command): void {
  const data = program.command('data').description('make, load and remove the test data');

  data
    .command('generate')
    .description('write fixtures/*.csv: users, videos and the phrases of their questions; same seed, same bytes')
    .option('--students <count>', 'students; a test needs one for each of its users', count, 1_050)
    .option('--creators <count>', 'creators over three tiers', count, 10)
    .option('--videos <count>', 'videos over all creators', count, 100)
    .option('--uploaders <count>', 'enterprise creators of their own for the video test', count, 100)
    .option('--seed <number>', 'what everything follows from', count, Number(readSettings(process.env).SEED))
    .option('--out <folder>', 'where the files go', 'fixtures')
    .action(async (options: FixtureSizes & { seed: number; out: string }) => {
      const { generateFixtures, writeFixtures } = await import('../target/generate.ts');
      const fixtures = generateFixtures(options, options.seed);
      const paths = await writeFixtures(options.out, fixtures).catch((error: Error) =>
        data.error(`The fixtures can't be written to ${options.out}: ${error.message}.`, { exitCode: 2 }),
      );
      for (const path of paths) console.log(path);
      console.log(`${fixtures.users.length} users, ${fixtures.videos.length} videos, seed ${options.seed}.`);
    });
}

function count(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}
