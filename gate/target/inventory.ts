/**
 * What of the project is ours. An account is ours by its address, a creator by its whop_company_id, a student by its
 * address; every other row is ours when its owner is, so that what tests made through the app is found as well.
 */
import { TEST_PREFIX } from '../../src/wire/fixtures.ts';
import type { Project } from './project.ts';
import { allPages, counted, countIn, selectIn } from './table-access.ts';
import type { TableName } from './tables.ts';
import { type Account, listAccounts } from './test-users.ts';

type OwnerKind = 'accounts' | 'creators' | 'students' | 'sessions';

export type Owners = Readonly<Record<OwnerKind, readonly string[]>> & { readonly users: readonly Account[] };

/** Rows of other people, where we can tell at a glance. */
export type Others = Readonly<Record<'users' | 'creators' | 'students', number>>;

/** By which column a row of a table belongs to whom; children before parents, as they have to be removed. */
export const OWNER_COLUMNS = {
  chat_messages: [['session_id', 'sessions']],
  chat_sessions: [['student_id', 'students']],
  chat_usage: [
    ['user_id', 'accounts'],
    ['student_id', 'students'],
  ],
  calendar_events: [['student_id', 'students']],
  video_progress: [['student_id', 'students']],
  video_chunks: [['creator_id', 'creators']],
  videos: [['creator_id', 'creators']],
  enrollments: [['student_id', 'students']],
  students: [['id', 'students']],
  creators: [['id', 'creators']],
} as const satisfies Record<TableName, readonly (readonly [column: string, owner: OwnerKind])[]>;

/** Tables in the order in which they can be emptied. */
export const REMOVAL_ORDER = Object.keys(OWNER_COLUMNS) as TableName[];

/** Who owns our rows, and how many accounts, creators and students are somebody else's. */
export async function findOwners(project: Project): Promise<{ owners: Owners; others: Others }> {
  const accounts = await listAccounts(project);
  const accountIds = accounts.ours.map(({ id }) => id);
  const creators = await idsLike(project, 'creators', 'whop_company_id', `${TEST_PREFIX}%`);
  const enrolled = await idsLike(project, 'students', 'email', `${TEST_PREFIX}%@example.com`);
  // A student's id is the account's: so rows are found whose row in students is gone already.
  const students = [...new Set([...enrolled, ...accountIds])];
  const sessions = await selectIn<{ id: string }>(project, 'chat_sessions', ['id'], 'student_id', students);
  const total = (table: TableName) =>
    counted(project, `counting ${table}`, project.client.from(table).select('*', { count: 'exact', head: true }));
  return {
    owners: {
      ...{ users: accounts.ours, accounts: accountIds, creators, students },
      sessions: sessions.map(({ id }) => id),
    },
    others: {
      users: accounts.others,
      creators: (await total('creators')) - creators.length,
      students: (await total('students')) - enrolled.length,
    },
  };
}

/** How many rows of a table are ours; one that belongs to us by two columns counts once. */
export async function countOwned(project: Project, table: TableName, owners: Owners): Promise<number> {
  const counts = OWNER_COLUMNS[table].map(([column, owner]) => countIn(project, table, column, owners[owner]));
  return Math.max(...(await Promise.all(counts)));
}

async function idsLike(project: Project, table: TableName, column: string, pattern: string): Promise<string[]> {
  const query = () => project.client.from(table).select('id').like(column, pattern).order('id');
  const rows = await allPages<{ id: string }>(project, table, (from, to) => query().range(from, to));
  return rows.map(({ id }) => id);
}
