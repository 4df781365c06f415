/**
 * Writes the test data into the user's project: accounts first, then rows, parents before children. Every row is written
 * as "insert, or update what is there", so a run that was cut off is simply started again.
 */
import { batches, inParallel } from './batches.ts';
import { countOwned, findOwners, type Others, type Owners } from './inventory.ts';
import { ask, clientFor, type Project, type Report } from './project.ts';
import { Refusal } from './refusal.ts';
import { type SeedRequest, seedTables, type TableRows } from './rows.ts';
import { requireSchema, selectIn } from './table-access.ts';
import type { TableName } from './tables.ts';
import { type Account, createAccounts, passwordOf } from './test-users.ts';

export interface SeedOptions extends SeedRequest {
  readonly passwordKey: string;
  /** The ref of a project that may hold rows of others, as the user named it. */
  readonly named: string | undefined;
  readonly dryRun: boolean;
}

/** One line of what was done, or would be. */
export interface SeedStep {
  readonly what: 'users' | TableName;
  /** Of these many. */
  readonly rows: number;
  /** Of ours before. */
  readonly before: number;
}

/** Requests at a time. */
const WIDTH = 4;
const ROWS_PER_REQUEST = 500;
/** A chunk is 19 KB, most of it its embedding. */
const CHUNKS_PER_REQUEST = 50;

/** @throws Refusal when the project is not fit for it, or holds rows of others and was not named */
export async function seed(project: Project, options: SeedOptions, report: Report): Promise<SeedStep[]> {
  await requireSchema(project);
  const { owners, others } = await findOwners(project);
  refuseForeign(project, others, options.named);
  const { users } = options.fixtures;
  const tables = seedTables(options);
  const steps: SeedStep[] = [{ what: 'users', rows: users.length, before: owners.users.length }];
  for (const { table, count } of tables) {
    steps.push({ what: table, rows: count, before: await countOwned(project, table, owners) });
  }
  if (options.dryRun) return steps;

  await requireSameKey(project, owners, options);
  await createAccounts(project, users, owners.users, options.passwordKey, report);
  for (const table of tables) await writeTable(project, table, report);
  return steps;
}

/**
 * Test data belongs into a project for tests. One that holds anything else has to be named, so that nobody seeds or
 * cleans their production by a forgotten variable.
 * @throws Refusal
 */
export function refuseForeign(project: Project, others: Others, named: string | undefined): void {
  if (named === project.ref) return;
  const found = Object.entries(others).filter(([, count]) => count > 0);
  if (found.length === 0) return;
  const counts = found.map(([what, count]) => `${count} ${what}`).join(', ');
  const wrong = named === undefined ? '' : ` (you named ${named})`;
  throw new Refusal(
    'usage',
    `${project.ref} holds rows that are not test data: ${counts}. If it is the right project, add --project ${project.ref}${wrong}.`,
  );
}

async function writeTable(
  project: Project,
  { table, conflict, count, rows }: TableRows,
  report: Report,
): Promise<void> {
  const heavy = table === 'video_chunks';
  let done = 0;
  report.progress(table, done, count);
  await inParallel(batches(rows(), heavy ? CHUNKS_PER_REQUEST : ROWS_PER_REQUEST), WIDTH, async (batch) => {
    // 28 MB of embeddings are worth a look at what is there already.
    const wanted = heavy ? await missingOf(project, table, batch) : batch;
    if (wanted.length > 0) {
      const write = project.client.from(table).upsert(wanted, { onConflict: conflict });
      await ask(project, `writing ${table}`, write);
    }
    done += batch.length;
    report.progress(table, done, count);
  });
}

async function missingOf<Row extends Readonly<Record<string, unknown>>>(
  project: Project,
  table: TableName,
  rows: readonly Row[],
): Promise<Row[]> {
  const ids = rows.map((row) => String(row.id));
  const there = new Set((await selectIn<{ id: string }>(project, table, ['id'], 'id', ids)).map(({ id }) => id));
  return rows.filter((row) => !there.has(String(row.id)));
}

/** Accounts of an earlier seeding keep their password: with another key no test could sign them in. */
async function requireSameKey(
  project: Project,
  { users }: Owners,
  { fixtures, passwordKey }: SeedOptions,
): Promise<void> {
  const wanted = new Set(fixtures.users.map(({ email }) => email));
  const there = users.filter(({ email }) => wanted.has(email));
  for (const account of new Set([there[0], there.at(-1)])) {
    if (account && !(await signsIn(project, account, passwordKey))) {
      throw new Refusal(
        'usage',
        `LAUNCHGATE_PASSWORD_KEY is not the key that ${account.email} was made with; set that key, or run \`./launchgate data clean\` and seed again.`,
      );
    }
  }
}

/** @returns false when the password is wrong; other trouble is no reason to say so */
async function signsIn(project: Project, { email }: Account, passwordKey: string): Promise<boolean> {
  // A client of its own: signing in would turn the service role's client into the user's.
  const client = clientFor(project.url, project.key, project.fetch);
  const { error } = await client.auth.signInWithPassword({ email, password: passwordOf(email, passwordKey) });
  return error?.code !== 'invalid_credentials';
}
