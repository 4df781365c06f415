/** From the fixtures and what the user asked for to what is seeded. */
import type { UserRow } from '../../src/wire/fixtures.ts';
import { readFixtures } from '../runs/start/fixture-files.ts';
import type { SeedRequest } from './rows.ts';

export interface SeedSizes {
  /** Only the first so many of the file; all when undefined. */
  readonly students?: number;
  readonly uploaders?: number;
  readonly chunks: number;
}

export type SeedPlan = { ok: true; request: SeedRequest } | { ok: false; problems: string[] };

/** @param root the project's folder */
export async function seedRequest(root: string, sizes: SeedSizes, today: Date): Promise<SeedPlan> {
  const read = await readFixtures(root);
  if (!read.ok) return read;
  const { users } = read.fixtures;
  const wanted = { student: sizes.students, uploader: sizes.uploaders };
  const problems = Object.entries(wanted).flatMap(([role, number = 0]) => {
    const there = users.filter((user) => user.role === role).length;
    if (number <= there) return [];
    return [`fixtures/users.csv has ${there} ${role}s; run \`./launchgate data generate --${role}s ${number}\` first.`];
  });
  const taught = new Set(read.fixtures.videos.map(({ creator_id }) => creator_id));
  const bare = users.find(({ role, creator_id }) => role === 'student' && !taught.has(creator_id));
  if (bare)
    problems.push(`fixtures/videos.csv has no video of ${bare.email}'s creator; run \`./launchgate data generate\`.`);
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    request: { fixtures: { ...read.fixtures, users: firstOf(users, wanted) }, chunks: sizes.chunks, today },
  };
}

/** The first so many users of each role that is limited, and all others. */
function firstOf(users: readonly UserRow[], wanted: Readonly<Record<string, number | undefined>>): UserRow[] {
  const taken: Record<string, number> = {};
  return users.filter(({ role }) => {
    taken[role] = (taken[role] ?? 0) + 1;
    return taken[role] <= (wanted[role] ?? Number.POSITIVE_INFINITY);
  });
}
