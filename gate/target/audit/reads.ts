/** What reading alone tells about the app: health, cache, sessions, media, queries for a list. Nothing is written. */
import type { HealthBody } from '../../../src/wire/api.ts';
import type { Finding } from '../../../src/wire/audit-file.ts';
import { count, duration } from '../../judge/figures.ts';
import type { App, AppAnswer, Member } from './app.ts';
import { type FindingId, fine, found, unseen } from './findings.ts';
import type { Figures } from './metrics.ts';

export interface Readers {
  app: App;
  student: Member;
  /** Of the student's creator. */
  creator: Member;
  /** Without a limit on uploads. */
  uploader: Member;
  figures: () => Promise<Figures>;
}

export async function healthChecks({ app }: Readers): Promise<Finding[]> {
  const { status, body } = await app.send('GET', '/api/health');
  const checks = (body as Partial<HealthBody> | undefined)?.checks;
  if (status !== 200 || typeof body?.status !== 'string') {
    return [
      found(
        'health-check',
        `GET /api/health answers ${status}${typeof body?.status === 'string' ? `, ${body.status}` : ''}.`,
      ),
    ];
  }
  if (!checks?.database || !checks.cache) {
    const missing = [checks?.database ? '' : 'the database', checks?.cache ? '' : 'the cache'].filter(Boolean);
    return [found('health-check', `It says ${body.status}, and nothing of ${missing.join(' and ')}.`)];
  }
  const healthy = fine('health-check', `It says ${body.status}, and looks at database and cache.`);
  const { status: cache } = checks.cache;
  return [
    healthy,
    cache === 'ok'
      ? fine('cache', 'The health check finds it well.')
      : found('cache', `The health check says of the cache: ${cache}.`),
  ];
}

/** Reads twice: what came out of the cache needs no database the second time. */
export async function cacheChecks({ creator, figures }: Readers): Promise<Finding[]> {
  const reads: [FindingId, string][] = [
    ['cache-dashboards', '/api/creator/stats'],
    ['cache-videos', '/api/video/list?limit=7'],
  ];
  const findings: Finding[] = [];
  for (const [id, path] of reads) {
    const first = await creator.get(path);
    const before = await figures();
    const second = await creator.get(path);
    const after = await figures();
    findings.push(cacheFinding(id, path, first, second, gained(before, after, 'cacheHits')));
  }
  return findings;
}

/** From here on the second answer is as slow as if nobody had asked before. */
const STILL_ASKED = 0.5;

function cacheFinding(
  id: FindingId,
  path: string,
  first: AppAnswer,
  second: AppAnswer,
  hits: number | undefined,
): Finding {
  if (first.status !== 200 || second.status !== 200) return unseen(id, `GET ${path} answers ${second.status}.`);
  const [db, again] = [first.timing.db, second.timing.db];
  if (hits !== undefined) {
    return hits > 0
      ? fine(id, 'Read twice, the cache answered the second time.')
      : found(
          id,
          `Read twice, no cache answered the second time${again === undefined ? '' : ` (database ${duration(again)})`}.`,
        );
  }
  if (Object.keys(second.timing).length === 0)
    return unseen(id, 'The app sends neither metrics of its cache nor Server-Timing.');
  if (db === undefined)
    return unseen(id, 'Its Server-Timing tells no database time of the first answer, beside which to see the second.');
  if (again === undefined || again < STILL_ASKED * db) {
    return fine(id, `Read twice, the database was ${again === undefined ? 'not' : 'hardly'} asked the second time.`);
  }
  return found(id, `Read twice, the database took ${duration(db)}, then ${duration(again)}.`);
}

/** A signature is checked in well below a millisecond; whoever is asked over a network takes longer. */
const LOCAL_MS = 2;
const READS = 7;

export async function sessionCheck({ student }: Readers): Promise<Finding> {
  const times: number[] = [];
  for (let read = 0; read < READS; read++) {
    const { timing } = await student.get('/api/chronos/balance');
    if (timing.auth !== undefined) times.push(timing.auth);
  }
  if (times.length === 0)
    return unseen('session-lookup', 'The app does not say in Server-Timing how long it takes to know who asks.');
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
  const seen = `To know who asks takes ${duration(median)} (median of ${times.length} requests)`;
  return median > LOCAL_MS
    ? found('session-lookup', `${seen}: somebody else is asked each time.`)
    : fine('session-lookup', `${seen}: the token is verified in the app.`);
}

interface ListedVideo {
  id?: string;
  thumbnail_url?: string | null;
  video_url?: string | null;
}

export async function mediaCheck({ app, creator }: Readers): Promise<Finding> {
  const { body } = await creator.get('/api/video/list?limit=5');
  const videos = (body?.videos ?? []) as ListedVideo[];
  const address = videos.map(({ thumbnail_url, video_url }) => thumbnail_url || video_url).find(Boolean);
  if (!address) return unseen('media', 'No video of the test creator has an address of its thumbnail.');
  if (!URL.canParse(address, app.base)) return unseen('media', 'A thumbnail has an address that is none.');
  const url = new URL(address, app.base);
  if (url.origin !== new URL(app.base).origin) return fine('media', `Thumbnails come from ${url.host}.`);
  const { headers, status } = await app.send('GET', url.href);
  if (status !== 200) return unseen('media', `GET ${url.pathname} answers ${status}.`);
  const cached = ['x-cache', 'cf-cache-status', 'x-vercel-cache'].find((name) => /hit/i.test(headers.get(name) ?? ''));
  if (cached) return fine('media', `A thumbnail is answered out of a network's cache (${cached}).`);
  const control = headers.get('cache-control') ?? 'no Cache-Control';
  return found('media', `Thumbnails come from the app itself (${url.host}, ${control}).`);
}

/** A query for every second item, and the list is asked for one by one. */
const FOR_EACH_ITEM = 0.5;
/** ms: with more for each item, a query for it is likely. */
const ITEM_MS = 0.8;

/** A short list and a long one; both addresses are used for nothing else, so that no cache knows them. */
export async function listCheck({ creator, figures }: Readers): Promise<Finding> {
  const short = await counted('/api/video/list?limit=1&offset=0');
  const long = await counted('/api/video/list?limit=20&offset=0');
  const more = long.items - short.items;
  if (more < 1) return unseen('n-plus-one', 'The test creator has too few videos to tell.');
  const texts = `${count(short.items)} and ${count(long.items)} videos`;
  if (short.queries !== undefined && long.queries !== undefined) {
    const seen = `Lists of ${texts} took ${count(short.queries)} and ${count(long.queries)} queries.`;
    // Out of a cache, which an audit of a moment ago may have filled, or by a counter that stands still.
    if (short.queries < 1 || long.queries < 1) return unseen('n-plus-one', seen);
    return long.queries - short.queries >= FOR_EACH_ITEM * more ? found('n-plus-one', seen) : fine('n-plus-one', seen);
  }
  const [db, longDb] = [short.timing.db, long.timing.db];
  if (db === undefined || longDb === undefined)
    return unseen('n-plus-one', 'The app tells neither its queries nor Server-Timing.');
  const seen = `Lists of ${texts} took ${duration(db)} and ${duration(longDb)} of database time, from which it is inferred.`;
  return longDb - db >= ITEM_MS * more ? found('n-plus-one', seen) : fine('n-plus-one', seen);

  async function counted(path: string) {
    const before = await figures();
    const { body, timing } = await creator.get(path);
    const queries = gained(before, await figures(), 'queries');
    return { items: (body?.videos?.length ?? 0) as number, queries, timing };
  }
}

/** By how much a counter grew; undefined where it isn't told. */
function gained(before: Figures, after: Figures, figure: keyof Figures): number | undefined {
  const [from, to] = [before[figure], after[figure]];
  return from === undefined || to === undefined ? undefined : to - from;
}
