/** What a creator's dashboard shows, and that no other creator's is shown. */
import type { Answer } from '../../contract/answer.ts';
import { answers, carries, expects, refuses } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import { config } from '../../run.ts';
import type { Cast } from './cast.ts';
import type { Visitor } from './sign-in.ts';

const ANALYTICS = 'GET /api/creator/analytics';
const STATS = 'GET /api/creator/stats';

const ANALYTICS_DOCUMENTED = { enrollmentsByDate: 'list', messagesByDate: 'list', chatInsights: 'present' } as const;

const PERIODS = ['7d', '30d', '90d'];

export function showsDashboard({ creators }: Cast): void {
  const pair = creators();
  if (!pair) return;
  const [me, stranger] = pair;
  const own = `creatorId=${me.user.creator_id}`;
  const answer = readAnalytics(me.identity, `${own}&period=30d`);
  if (answers(ANALYTICS, answer, { topVideos: 'list' }, ANALYTICS_DOCUMENTED)) {
    carries(ANALYTICS, answer, 'Cache-Control', 's-maxage=600');
    staysWithOwner(stranger, answer, readAnalytics(stranger.identity, `${own}&period=30d`), me);
    for (const period of PERIODS) {
      const { status } = readAnalytics(me.identity, `${own}&period=${period}`);
      expects('listed', `${ANALYTICS} of ${period}`, status, 200);
    }
  }
  refuses(`${ANALYTICS} without creatorId`, readAnalytics(me.identity, 'period=30d'), 400);
  refuses(`${ANALYTICS} without a session`, readAnalytics(NOBODY, `${own}&period=30d`), 401);
  const stats = readStats(me.identity);
  if (answers(STATS, stats, 'object')) carries(STATS, stats, 'Cache-Control', 's-maxage=300');
  refuses(`${STATS} without a session`, readStats(NOBODY), 401);
}

/** A platform may refuse, or show the stranger's own; what the owner sees it must not show. */
function staysWithOwner(stranger: Visitor, owners: Answer, seen: Answer, { videoIds }: Visitor): void {
  const text = JSON.stringify(seen.body) ?? '';
  const strangers = readAnalytics(stranger.identity, `creatorId=${stranger.user.creator_id}&period=30d`);
  const isOwners = text === JSON.stringify(owners.body) && text !== JSON.stringify(strangers.body);
  const shown = isOwners || videoIds.some((id) => text.includes(id));
  expects('fatal', `${ANALYTICS} of another creator`, shown ? 'shown' : 'hidden', 'hidden');
}

function readAnalytics(identity: Identity, query: string): Answer {
  return look(ANALYTICS, `${config.appUrl}/api/creator/analytics?${query}`, identity);
}

function readStats(identity: Identity): Answer {
  return look(STATS, `${config.appUrl}/api/creator/stats`, identity);
}
