/** Reading the project's tables: in pages, by many ids, and whether they are as seeding needs them. */
import { batches } from './batches.ts';
import { type Answer, ask, type Project, refusalFor } from './project.ts';
import { Refusal } from './refusal.ts';
import { SEEDED_COLUMNS, type TableName } from './tables.ts';

const PAGE = 1_000;
/** Ids that go into one address: 37 characters each, well below the 8 KB that servers take. */
export const IDS_PER_REQUEST = 100;

/** All rows of a table whose column holds one of the values, a page at a time: servers cap how many they send at once. */
export async function selectIn<Row>(
  project: Project,
  table: TableName,
  columns: readonly (keyof Row & string)[],
  column: string,
  values: readonly string[],
): Promise<Row[]> {
  const found: Row[] = [];
  for (const some of batches(values, IDS_PER_REQUEST)) {
    const query = () => project.client.from(table).select(columns.join(',')).in(column, some).order('id');
    found.push(...(await allPages<Row>(project, table, (from, to) => query().range(from, to))));
  }
  return found;
}

/** Rows of a query, until a page comes back empty. */
export async function allPages<Row>(
  project: Project,
  what: string,
  page: (from: number, to: number) => PromiseLike<Answer<unknown>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const more = (await ask(project, `reading ${what}`, page(rows.length, rows.length + PAGE - 1))) as Row[];
    rows.push(...more);
    if (more.length === 0) return rows;
  }
}

/** How many rows have one of the values in a column. */
export async function countIn(
  project: Project,
  table: TableName,
  column: string,
  values: readonly string[],
): Promise<number> {
  let total = 0;
  for (const some of batches(values, IDS_PER_REQUEST)) {
    total += await counted(
      project,
      `counting ${table}`,
      project.client.from(table).select('*', { count: 'exact', head: true }).in(column, some),
    );
  }
  return total;
}

/** The count of an answer. */
export async function counted(
  project: Project,
  what: string,
  request: PromiseLike<Answer<unknown> & { count: number | null }>,
): Promise<number> {
  const { error, count } = await request;
  if (error) throw refusalFor(project, what, error);
  if (count === null) throw new Refusal('unreachable', `${what}: the answer has no count (Content-Range header).`);
  return count;
}

/** @throws Refusal that names every table and column that seeding needs and the project lacks */
export async function requireSchema(project: Project): Promise<void> {
  const problems: string[] = [];
  for (const table of Object.keys(SEEDED_COLUMNS) as TableName[]) problems.push(...(await missingIn(project, table)));
  if (problems.length === 0) return;
  throw new Refusal(
    'unreachable',
    `the schema of ${project.ref} lacks ${problems.join(', ')}; seeding needs the platform's own migrations.`,
  );
}

/** How Postgres, and PostgREST before it, say that a column is not there. */
const COLUMN_MISSING: Readonly<Record<string, RegExp>> = {
  42703: /column (?:\w+\.)*(\w+) does not exist/,
  PGRST204: /Could not find the '(\w+)' column/,
};

/** Postgres names one missing column at a time, so the rest is asked for again without it. */
async function missingIn(project: Project, table: TableName): Promise<string[]> {
  const missing: string[] = [];
  for (;;) {
    const wanted = SEEDED_COLUMNS[table].filter((column) => !missing.includes(`${table}.${column}`));
    const { error } = await project.client.from(table).select(wanted.join(',')).limit(1);
    if (!error) return missing;
    if (error.code === '42P01' || error.code === 'PGRST205') return [`the table ${table}`];
    const column = COLUMN_MISSING[error.code]?.exec(error.message)?.[1];
    if (!column || missing.includes(`${table}.${column}`)) throw refusalFor(project, `reading ${table}`, error);
    missing.push(`${table}.${column}`);
  }
}
