/** Everything that the audit looks for: why it matters, how it is mended, and what that costs. */

import type { Finding } from '../../../src/wire/audit-file.ts';
import { printable, quotable } from '../../../src/wire/plain-text.ts';

interface Entry extends Pick<Finding, 'title' | 'severity' | 'weakPoint' | 'why' | 'monthlyCost'> {
  /** Where a check knows nothing more exact. */
  readonly fix: string;
}

const VECTOR_INDEX_SQL =
  'create index concurrently video_chunks_embedding on video_chunks using hnsw (embedding vector_cosine_ops);';

// biome-ignore format: one line a finding
const CATALOGUE = {
  'vector-index': { title: 'Vector index', severity: 'critical', weakPoint: 2, monthlyCost: 0, why: 'Without it every question is compared with every chunk of every video, and search time grows with the rows.', fix: VECTOR_INDEX_SQL },
  'vector-search': { title: 'Search goes by the index', severity: 'critical', weakPoint: 2, monthlyCost: 0, why: 'An index that the search does not use costs writes and saves nothing.', fix: 'In match_video_chunks, order by `embedding <=> query_embedding` and limit, in one query; see docs/audit.md.' },
  'tenant-filter': { title: 'Search stays with one creator', severity: 'critical', weakPoint: 2, monthlyCost: 0, why: "A student must never be answered out of another creator's videos.", fix: 'In match_video_chunks, add `where creator_id = filter_creator_id` to the inner query.' },
  connections: { title: 'Database connections', severity: 'critical', weakPoint: 1, monthlyCost: 25, why: 'Beyond them requests are refused.', fix: 'Supabase: the Pro plan, Settings, Compute and Disk. Elsewhere: max_connections in postgresql.conf.' },
  pooling: { title: 'Connection pool', severity: 'critical', weakPoint: 1, monthlyCost: 25, why: 'A connection for each request is slow to open, and the next request finds none left.', fix: 'Supabase: connect through Supavisor, the address with port 6543 (transaction mode), with `pgbouncer=true` where Prisma is used.' },
  'foreign-keys': { title: 'Indexes on foreign keys', severity: 'medium', monthlyCost: 0, why: 'Joins by them, and deletes of what they point to, read the whole table.', fix: '' },
  'whole-reads': { title: 'Tables read whole', severity: 'high', monthlyCost: 0, why: 'A filter without an index reads every row, each time.', fix: '' },
  analyzed: { title: "The planner's statistics", severity: 'medium', monthlyCost: 0, why: 'Without them the planner guesses, and takes bad plans for good ones.', fix: '' },
  'query-statistics': { title: 'Query statistics', severity: 'medium', monthlyCost: 0, why: 'Without them nobody can say which query is slow.', fix: "shared_preload_libraries = 'pg_stat_statements' in postgresql.conf, restart, then: create extension pg_stat_statements; (Supabase: Database, Extensions)" },
  'slow-query-log': { title: 'Log of slow queries', severity: 'medium', monthlyCost: 0, why: 'A slow query that nobody logged is not found again.', fix: "alter system set log_min_duration_statement = '1s'; select pg_reload_conf(); (Supabase: alter role postgres set log_min_duration_statement = '1s';)" },
  cache: { title: 'Cache', severity: 'high', weakPoint: 5, monthlyCost: 10, why: 'Without a cache the database answers the same reads again and again.', fix: 'Set up Redis (Vercel KV, Upstash) and give the app its address.' },
  'cache-dashboards': { title: 'Dashboards from the cache', severity: 'high', weakPoint: 5, monthlyCost: 10, why: 'A dashboard sums over thousands of rows, and is looked at by many.', fix: 'Keep the answers of /api/creator/stats and /api/creator/analytics in the cache for 15 minutes, by creator and period.' },
  'cache-videos': { title: 'Lists of videos from the cache', severity: 'high', weakPoint: 5, monthlyCost: 10, why: 'Every page begins with one.', fix: 'Keep the answers of /api/video/list in the cache for 15 minutes, by creator and page.' },
  'cache-fresh': { title: 'What was written shows at once', severity: 'high', weakPoint: 5, monthlyCost: 0, why: 'A creator who uploads and does not see it uploads again.', fix: "Drop the creator's entries whenever one of the videos is written." },
  'cache-ttl': { title: 'Life of cache entries', severity: 'medium', weakPoint: 5, monthlyCost: 0, why: 'Entries that never expire fill the memory and grow stale; those that expire at once save nothing.', fix: 'Set entries with a time to live of 900 s (SET … EX 900).' },
  'rate-limits': { title: 'Rate limits by tier', severity: 'high', monthlyCost: 0, why: 'One user must not use up what all share.', fix: 'The rate-limits report names what was answered otherwise than promised.' },
  'ai-limits': { title: "The AI provider's limits", severity: 'critical', weakPoint: 3, monthlyCost: 100, why: 'Beyond them questions fail, or wait.', fix: "Raise the provider's tier; ask for limits in tokens a minute as well as in requests." },
  'ai-queue': { title: 'Questions queue for the AI provider', severity: 'critical', weakPoint: 3, monthlyCost: 0, why: 'A question that waits a few seconds is answered; one that fails is asked again.', fix: 'Send questions through a queue that holds them back while the provider refuses.' },
  'ai-backoff': { title: 'Backoff towards the AI provider', severity: 'critical', weakPoint: 3, monthlyCost: 0, why: 'Trying again at once keeps the limit exhausted.', fix: 'Try again after Retry-After, or after 0.2 s, doubled each time, up to 20 s in all.' },
  'processing-workers': { title: 'Videos processed at a time', severity: 'high', weakPoint: 4, monthlyCost: 50, why: 'One worker gets through 10 to 12 videos an hour; the rest waits.', fix: 'Inngest: concurrency: { limit: 10 } on the processing function.' },
  'processing-limit': { title: 'Limit on processing', severity: 'medium', weakPoint: 4, monthlyCost: 0, why: 'It keeps a burst of uploads within what transcription and embeddings allow.', fix: "Inngest: throttle: { limit: 100, period: '1h' } on the processing function." },
  'processing-retries': { title: 'Retries of processing', severity: 'medium', weakPoint: 4, monthlyCost: 0, why: 'A step that failed once mostly succeeds the second time.', fix: 'Inngest: retries: 4 on the processing function (it backs off by itself).' },
  'session-lookup': { title: 'Session look-up on every request', severity: 'high', weakPoint: 6, monthlyCost: 0, why: 'It adds a round trip to every request, and the sign-in service carries the load of all of them.', fix: "Verify the token in the app: supabase.auth.getClaims(), or jose's jwtVerify with the project's key, instead of supabase.auth.getUser()." },
  media: { title: 'Media from a content network', severity: 'medium', weakPoint: 7, monthlyCost: 20, why: 'Videos through the app take its bandwidth from everything else.', fix: "Serve thumbnails and videos from a CDN (Supabase's, Cloudflare) under an address of its own, with Cache-Control: public, immutable." },
  'n-plus-one': { title: 'Queries for a list', severity: 'medium', weakPoint: 8, monthlyCost: 0, why: 'A query for each item makes long lists slow, and fills the connection pool.', fix: 'Join or batch what is asked about each item (in PostgREST: select with embedded tables).' },
  'health-check': { title: 'Health check', severity: 'high', monthlyCost: 0, why: 'Whoever watches the platform has to be told that it is unwell.', fix: 'GET /api/health: 200 with checks of database and cache, 503 when the database does not answer.' },
  'security-headers': { title: 'Security headers', severity: 'medium', monthlyCost: 0, why: 'They keep browsers from being turned against their users.', fix: '' },
  secrets: { title: 'Secrets in answers', severity: 'critical', monthlyCost: 0, why: 'Whoever reads a key can use it.', fix: 'Take it out of the answer, and renew the key.' },
} as const satisfies Record<string, Entry>;

export type FindingId = keyof typeof CATALOGUE;
export const FINDING_IDS = Object.keys(CATALOGUE) as FindingId[];

/** Seen, and in order. @param seen one sentence with its figure */
export function fine(id: FindingId, seen: string): Finding {
  return { ...entry(id, 'ok', seen), fix: '' };
}

/** Seen, and not in order. @param fix where the check knows one that is more exact */
export function found(id: FindingId, seen: string, fix?: string): Finding {
  const finding = entry(id, 'found', seen);
  return fix === undefined ? finding : { ...finding, fix: printable(fix) };
}

/** @param why it could not be looked at, one sentence */
export function unseen(id: FindingId, why: string): Finding {
  return { ...entry(id, 'not seen', why), fix: '' };
}

function entry(id: FindingId, outcome: Finding['outcome'], seen: string): Finding {
  const known: Entry = CATALOGUE[id];
  return { id, ...known, outcome, seen: quotable(seen) };
}
