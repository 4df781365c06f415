/** Whether the target holds the test data that the tests need, and lets its users ask as much as they will. */
import type { UserRow } from '../../../src/wire/fixtures.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/wire/limits.ts';
import { ask, type Project, refusalFor } from '../project.ts';
import type { SeedRequest } from '../rows.ts';
import { dataStatus } from '../status.ts';
import { selectIn } from '../table-access.ts';
import { type Check, failed, notMeasured, ok } from './check.ts';

/** Without these no test can do its work; the other tables only make pages fuller. */
const NEEDED = ['users', 'creators', 'students', 'enrollments', 'videos', 'video_chunks'];

export async function dataCheck(project: Project, request: SeedRequest): Promise<Check> {
  const { rows } = await dataStatus(project, request);
  const short = rows.filter(({ what, wanted, found }) => NEEDED.includes(what) && found < wanted);
  if (short.length > 0) {
    const figures = short.map(({ what, wanted, found }) => `${what} ${found} of ${wanted}`).join(', ');
    return failed('data', `${figures}: run \`./launchgate data seed\`, which goes on where it stopped.`);
  }
  const found = (name: string) => rows.find(({ what }) => what === name)!.found.toLocaleString('en');
  return ok('data', `${found('users')} users, ${found('videos')} videos, ${found('video_chunks')} chunks`);
}

/** Whether the search function is there and finds a chunk by its own embedding, among its creator's. */
export async function searchCheck(project: Project, { fixtures }: SeedRequest): Promise<Check> {
  const { creator_id } = fixtures.videos[0]!;
  const [chunk] = (await ask(
    project,
    'reading video_chunks',
    project.client.from('video_chunks').select('id,embedding').eq('creator_id', creator_id).order('id').limit(1),
  )) as { id: string; embedding: string }[];
  if (!chunk) return notMeasured('search', 'there is no chunk to search for.');
  const { data, error } = await project.client.rpc('match_video_chunks', {
    query_embedding: chunk.embedding,
    match_threshold: 0.5,
    match_count: 5,
    filter_creator_id: creator_id,
  });
  if (error && project.lost()) throw refusalFor(project, 'searching', error);
  if (error) return failed('search', `match_video_chunks: ${error.message}: apply the platform's migrations.`);
  const found = data as { id: string; creator_id?: string }[];
  const strange = found.find((row) => row.creator_id !== undefined && row.creator_id !== creator_id);
  if (strange) return failed('search', `match_video_chunks gives rows of another creator (${strange.creator_id}).`);
  if (found.some(({ id }) => id === chunk.id)) return ok('search', 'match_video_chunks finds a chunk by its embedding');
  return failed(
    'search',
    `match_video_chunks does not find chunk ${chunk.id} by its own embedding: rebuild the vector index.`,
  );
}

/**
 * Whether every user may still ask as many questions today as the run will let it.
 * @param needed questions of one user
 */
export async function quotaCheck(
  project: Project,
  users: readonly UserRow[],
  needed: number,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Check> {
  const used = await questionsUsed(project, users);
  const short = users
    .map((user) => ({ user, left: questionsLeft(user, used.get(user.user_id) ?? 0, limits) }))
    .filter(({ left }) => left < needed)
    .sort((a, b) => a.left - b.left);
  if (short.length === 0) return ok('quotas', `each of ${users.length} users may ask ${needed} more questions today`);
  const { user, left } = short[0]!;
  const whole = questionsLeft(user, 0, limits);
  const remedy =
    whole < needed
      ? `a ${user.tier} user never has more than ${whole}: choose a shorter profile, or set LIMITS_FILE if the target allows more`
      : 'run `./launchgate data reset-usage`';
  return failed(
    'quotas',
    `${short.length} of ${users.length} users have fewer than ${needed} questions left (${user.email} has ${left}): ${remedy}.`,
  );
}

function questionsLeft({ tier }: UserRow, used: number, { chatQuota }: Limits): number {
  const quota = chatQuota[tier];
  if (quota === 'none') return Number.POSITIVE_INFINITY;
  return quota === 'closed' ? 0 : Math.max(0, quota - used);
}

interface UsageRow {
  user_id: string;
  questions_asked: number;
  daily_questions: number;
  /** When daily_questions starts anew; null when nothing was asked yet. */
  daily_reset_at: string | null;
}

/** Questions that count against the quota: of a day that is not over, or of a trial user ever. */
async function questionsUsed(project: Project, users: readonly UserRow[]): Promise<Map<string, number>> {
  const ids = users.map(({ user_id }) => user_id);
  const free = new Set(users.filter(({ tier }) => tier === 'free').map(({ user_id }) => user_id));
  const columns = ['user_id', 'questions_asked', 'daily_questions', 'daily_reset_at'] as const;
  const rows = await selectIn<UsageRow>(project, 'chat_usage', columns, 'user_id', ids);
  return new Map(
    rows.map((row) => {
      const over = row.daily_reset_at !== null && Date.parse(row.daily_reset_at) <= Date.now();
      const used = free.has(row.user_id) ? row.questions_asked : over ? 0 : row.daily_questions;
      return [row.user_id, used];
    }),
  );
}
