/** Entry of the embedded platform, and of its database thread. */
import { isMainThread } from 'node:worker_threads';
import { printable } from '../src/wire/plain-text.ts';
import { readSettings, redact } from '../src/wire/settings.ts';
import { openPglite } from './db/pglite.ts';
import { databaseThread } from './db/pglite-worker.ts';
import { openPostgres } from './db/postgres.ts';
import { loadFixtures } from './fixtures.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { createPlatform } from './platform.ts';
import { listen } from './server.ts';
import { switchList } from './setups.ts';
import { StartError } from './start-error.ts';

if (isMainThread) await main();
else await databaseThread();

async function main(): Promise<void> {
  const request = readOptions(process.argv.slice(2), process.env);
  if (request.kind === 'wrong') return fail(request.problem);
  if (request.kind === 'print') {
    process.stdout.write(request.text === 'usage' ? USAGE : switchList());
    return;
  }
  try {
    await serve(request.options);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    fail(error.message);
  }
}

async function serve(options: Options): Promise<void> {
  const fixtures = options.fixtures === undefined ? undefined : loadFixtures(options.fixtures);
  const server = await listen(options.port);
  endWhenAsked(options.followStdin);
  const progress = (text: string) => process.stderr.write(`platform: ${text}\n`);
  const database = options.databaseUrl
    ? await openPostgres(options, fixtures, progress)
    : await openPglite(new URL(import.meta.url), options, fixtures, progress);
  server.serve(createPlatform(options, database, fixtures));
  const { setup, switches } = options;
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, setup, switches })}\n`);
}

/** Nothing is worth keeping: requests in flight end with the process. */
function endWhenAsked(followStdin: boolean): void {
  const end = () => process.exit(0);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  if (!followStdin) return;
  process.stdin.once('end', end).once('error', end).resume();
}

function fail(problem: string): void {
  // A database may repeat what it was sent.
  process.stderr.write(`platform: ${printable(redact(problem, readSettings(process.env)))}\n`);
  process.exit(2);
}
