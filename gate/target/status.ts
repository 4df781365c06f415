/** What of the test data is in the project, beside what the fixtures say should be. */
import { countOwned, findOwners, type Others } from './inventory.ts';
import type { Project } from './project.ts';
import { type SeedRequest, seedTables } from './rows.ts';
import type { TableName } from './tables.ts';

export interface DataStatus {
  readonly rows: readonly {
    readonly what: 'users' | TableName;
    readonly wanted: number;
    /** May be more than wanted: tests make rows too. */
    readonly found: number;
  }[];
  readonly others: Others;
}

export async function dataStatus(project: Project, request: SeedRequest): Promise<DataStatus> {
  const { owners, others } = await findOwners(project);
  const rows: DataStatus['rows'][number][] = [
    { what: 'users', wanted: request.fixtures.users.length, found: owners.users.length },
  ];
  for (const { table, count } of seedTables(request)) {
    rows.push({ what: table, wanted: count, found: await countOwned(project, table, owners) });
  }
  return { rows, others };
}

/** Whether every table holds at least what the fixtures want. */
export function isComplete({ rows }: DataStatus): boolean {
  return rows.every(({ wanted, found }) => found >= wanted);
}
