/**
 * Removes the test data, what seeding made and what tests made: files, rows, accounts, in an order in which each can go.
 * Accounts and their rows go last, so that a run that was cut off finds the rest again.
 */
import { batches } from './batches.ts';
import { countOwned, findOwners, OWNER_COLUMNS, type Owners, REMOVAL_ORDER } from './inventory.ts';
import type { Project, Report } from './project.ts';
import { refuseForeign } from './seed.ts';
import { counted, IDS_PER_REQUEST } from './table-access.ts';
import type { TableName } from './tables.ts';
import { listTestFiles, removeFiles } from './test-files.ts';
import { deleteAccounts } from './test-users.ts';

export interface CleanOptions {
  readonly named: string | undefined;
  readonly dryRun: boolean;
}

export interface CleanStep {
  readonly what: 'files' | 'users' | TableName;
  /** Found, and removed unless it was a dry run. */
  readonly rows: number;
  /** Still there afterwards; undefined in a dry run. */
  readonly left?: number;
}

/** Creators' chunks go a few owners at a time: each delete has to touch the vector index. */
const CREATORS_PER_REQUEST = 5;

/** @throws Refusal when the project holds rows of others and was not named, or rows of others hold on to ours */
export async function clean(project: Project, options: CleanOptions, report: Report): Promise<CleanStep[]> {
  const { owners, others } = await findOwners(project);
  refuseForeign(project, others, options.named);
  const files = await listTestFiles(project, owners.creators);
  if (options.dryRun) return found(project, owners, files.length);

  await removeFiles(project, files, report);
  const removed: [CleanStep['what'], number][] = [['files', files.length]];
  for (const table of REMOVAL_ORDER) removed.push([table, await emptyTable(project, table, owners, report)]);
  removed.push(['users', await deleteAccounts(project, owners.users, report)]);

  const after = (await findOwners(project)).owners;
  const left = new Map<string, number>([
    ['files', (await listTestFiles(project, owners.creators)).length],
    ['users', after.users.length],
  ]);
  for (const table of REMOVAL_ORDER) left.set(table, await countOwned(project, table, owners));
  return removed.map(([what, rows]) => ({ what, rows, left: left.get(what) }));
}

async function found(project: Project, owners: Owners, files: number): Promise<CleanStep[]> {
  const steps: CleanStep[] = [{ what: 'files', rows: files }];
  for (const table of REMOVAL_ORDER) steps.push({ what: table, rows: await countOwned(project, table, owners) });
  return [...steps, { what: 'users', rows: owners.users.length }];
}

async function emptyTable(project: Project, table: TableName, owners: Owners, report: Report): Promise<number> {
  const total = await countOwned(project, table, owners);
  let removed = 0;
  report.progress(table, removed, total);
  for (const [column, owner] of OWNER_COLUMNS[table]) {
    for (const some of batches(owners[owner], table === 'video_chunks' ? CREATORS_PER_REQUEST : IDS_PER_REQUEST)) {
      const request = project.client.from(table).delete({ count: 'exact' }).in(column, some);
      removed += await counted(project, `removing ${table}`, request);
      report.progress(table, removed, total);
    }
  }
  if (removed < total) report.line(`${table}: ${total - removed} rows did not go.`);
  return removed;
}
