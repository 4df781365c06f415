/** The weak points of PLATFORM.md, each with what it looks like in a run. */
import { ROUTE_GROUPS } from '../../src/thresholds.ts';
import type { Load } from './calm-and-load.ts';
import { between, type Cause, LISTS, SIMPLE_READS, type Sign, shareOf } from './cause.ts';
import { count, digits, duration, percent } from './figures.ts';
import { median } from './robust.ts';
import { sum, type View } from './run-facts.ts';

const CHAT = ['POST /api/chat'] as const;
/** Routes that ask the database about one thing or two. */
const ONE_STATEMENT = [
  ...SIMPLE_READS,
  'POST /api/chat/feedback',
  'PATCH /api/chat/session/:id',
  'GET /api/chat/history',
] as const;
const THUMBNAIL = ['GET thumbnail'] as const;
const PUBLISH = ['POST /api/video/create'] as const;
/** Fewer answers don't make a share. */
const FEWEST = 10;

const connections: Cause = {
  id: 'connections',
  title: 'The database runs out of connections',
  severity: 'critical',
  fix: 'pool connections (Supavisor, transaction mode) and give them back between queries; the Pro tier has 60',
  monthlyCost: 25,
  proof: 'the same run with pooling on: no refusals, and connections in use below 80 %',
  signs({ whole, calm }) {
    const refused = whole.failures(['no-connection']);
    const used = whole.signal('db_connections_used_ratio');
    const waiting = whole.signal('db_pool_waiting');
    const most = Math.max(0, ...used);
    const waits = shareOf(waiting.filter((value) => value >= 1).length, waiting.length);
    const opening = (calm ?? whole).partMs('db', SIMPLE_READS);
    const signs: Sign[] = [];
    if (refused > 0) {
      const share = refused / whole.requests();
      const text = `${count(refused)} requests (${percent(share)}) were refused because the database had no connection left`;
      signs.push({ weight: share >= 0.01 ? 9 : 6, text });
    }
    if (used.length > 0) {
      const text = `up to ${percent(most)} of the connections were in use`;
      signs.push(...between(most, { from: 0.95, upTo: 0.8, weight: 3, against: refused > 0 ? 0.5 : 3 }, text));
    }
    if (waiting.length > 0 && refused === 0) {
      const text = `requests waited for a connection in ${percent(waits)} of the readings`;
      signs.push(...between(waits, { from: 0.2, upTo: 0, weight: 2, against: 1 }, text));
    }
    if (opening !== null && opening >= 15 && refused > 0) {
      const text = `even in calm a read spent ${duration(opening)} on its way to the data, as one does that opens a connection of its own`;
      signs.push({ weight: 1, text });
    }
    if (refused === 0 && (used.length === 0 || most >= 0.95)) signs.push(...growingServerErrors(whole, calm));
    return signs;
  },
  missing: ({ whole }) => [
    ...(whole.signal('db_connections_used_ratio').length === 0
      ? ['connections in use (METRICS_URL or DATABASE_URL)']
      : []),
    ...(whole.signal('db_pool_waiting').length === 0 ? ['requests that wait for a connection'] : []),
  ],
  harm({ loaded, calm }) {
    const grown = excess(loaded.partMs('db', SIMPLE_READS), calm?.partMs('db', SIMPLE_READS) ?? null);
    const waits = loaded.signal('db_pool_waiting').some((value) => value >= 1);
    return {
      failed: shareOf(loaded.failures(['no-connection']), loaded.requests()),
      time: waits ? shareOf(grown * loaded.partCount('db'), loaded.waitedMs()) : 0,
    };
  },
  since: ({ whole }) =>
    whole.firstFailure(['no-connection']) ??
    firstReading(whole, 'db_pool_waiting', (value) => value >= 1) ??
    firstReading(whole, 'db_connections_used_ratio', (value) => value >= 0.95),
};

/** Where no body says why: errors that come with the load, on more routes than the assistant's. */
function growingServerErrors(whole: View, calm: View | null): Sign[] {
  const elsewhere = whole.failures(['server-error']) - whole.failures(['server-error'], CHAT);
  const share = shareOf(elsewhere, whole.requests() - whole.requests(CHAT));
  const before = calm === null ? 0 : shareOf(calm.failures(['server-error']), calm.requests());
  if (share < 0.01 || before > share / 2) return [];
  return [{ weight: 2, text: `${count(elsewhere)} server errors came with the load, on several routes` }];
}

const vectorIndex: Cause = {
  id: 'vector-index',
  title: 'Every question is compared with every chunk: there is no vector index',
  severity: 'critical',
  fix: 'an HNSW or IVFFlat index on video_chunks.embedding, and the filter by creator inside the search',
  monthlyCost: 0,
  proof: 'EXPLAIN shows a sequential scan; with the index the search takes milliseconds whatever the number of chunks',
  signs(load) {
    const search = searchMs(load);
    if (search === null) return [];
    const { ms, simpleMs } = search;
    const [times, beyondMs] = [ms / simpleMs, ms - simpleMs];
    const text = `a vector search took ${duration(ms)}, a simple read ${duration(simpleMs)}`;
    // A read's time may hold the opening of a connection, which the search's never does: so either will do.
    if ((times >= 2 && beyondMs >= 20) || (times >= 6 && beyondMs >= 8)) return [{ weight: 6, text }];
    return times <= 2.5 || beyondMs <= 8 ? [{ weight: -5, text }] : [];
  },
  missing: (load) => (searchMs(load) === null ? ['the time of a vector search (Server-Timing: vector)'] : []),
  harm: (load) => {
    const { loaded } = load;
    const search = searchMs(load);
    if (search === null) return { failed: 0, time: 0 };
    const unneeded = loaded.partTotalMs('vector') - search.simpleMs * loaded.partCount('vector');
    return { failed: 0, time: shareOf(unneeded, loaded.waitedMs()) };
  },
  since: () => 'always',
};

/**
 * What a search takes, beside the cheapest route that asks the database at all: both in the run's quickest moments, since a
 * database that is busy all the time makes everything equally slow.
 */
function searchMs({ whole }: Load): { ms: number; simpleMs: number } | null {
  const ms = whole.quickPartMs('vector');
  if (ms === null) return null;
  const cheapest = ONE_STATEMENT.flatMap((route) =>
    whole.partCount('db', [route]) >= FEWEST ? (whole.quickPartMs('db', [route]) ?? []) : [],
  );
  const simpleMs = cheapest.length > 0 ? Math.min(...cheapest) : (whole.quickPartMs('db') ?? 2);
  return { ms, simpleMs: Math.max(1, simpleMs) };
}

const aiLimit: Cause = {
  id: 'ai-limit',
  title: "The AI provider's limit is reached",
  severity: 'critical',
  fix: 'a queue with exponential backoff in front of the provider, a higher tier, and an answer cache',
  monthlyCost: 100,
  proof: "the provider's own headers say that nothing is left; with a higher tier the refusals are gone",
  signs({ whole, loaded, calm }) {
    const asked = whole.requests(CHAT);
    if (asked === 0) return [];
    const refused = whole.failures(['ai-limit']);
    const left = whole.signal('ai_remaining_ratio');
    const throttled = whole.signal('ai_throttled_per_minute');
    const signs: Sign[] = [];
    if (refused > 0) {
      const share = refused / asked;
      const text = `the provider refused ${count(refused)} of ${count(asked)} questions (${percent(share)})`;
      signs.push({ weight: share >= 0.01 ? 9 : 6, text });
    }
    if (left.length > 0) {
      const least = Math.min(...left);
      const text = `at least ${percent(least)} of what the provider allows was left${scarcest(whole)}`;
      if (least <= 0.02)
        signs.push({ weight: 3, text: `the provider had ${percent(least)} left of what it allows${scarcest(whole)}` });
      else if (least > 0.1) signs.push({ weight: -5, text });
    }
    if (throttled.length > 0) {
      const most = Math.max(...throttled);
      const text = `the provider refused up to ${digits(most)} requests a minute`;
      signs.push(
        ...between(most, { from: 1, upTo: 0, weight: 3, against: 1 }, most > 0 ? text : 'the provider refused none'),
      );
    }
    const [before, under] = [calm?.partMs('ai') ?? null, loaded.partMs('ai')];
    if (before !== null && under !== null && under > 1.8 * before && Math.min(1, ...left) <= 0.1) {
      signs.push({
        weight: 1,
        text: `an answer took ${duration(under)} under load, after ${duration(before)}: questions wait their turn`,
      });
    }
    if (refused === 0 && Math.min(1, ...left) <= 0.02) signs.push(...chatFails(loaded));
    if (refused === 0 && left.length === 0) signs.push(...onlyChatFails(loaded));
    return signs;
  },
  missing: ({ whole }) =>
    whole.signal('ai_remaining_ratio').length === 0
      ? ['what the AI provider has left (its rate limit headers, passed on)']
      : [],
  harm({ loaded, calm }) {
    const grown = excess(loaded.partMs('ai'), calm?.partMs('ai') ?? null);
    const scarce = Math.min(1, ...loaded.signal('ai_remaining_ratio')) <= 0.1;
    const unnamed = scarce ? loaded.failures(['server-error'], CHAT) : 0;
    return {
      failed: shareOf(loaded.failures(['ai-limit']) + unnamed, loaded.requests()),
      time: scarce ? shareOf(grown * loaded.partCount('ai'), loaded.waitedMs()) : 0,
    };
  },
  since: ({ whole }) =>
    whole.firstFailure(['ai-limit']) ??
    firstReading(whole, 'ai_throttled_per_minute', (value) => value >= 1) ??
    firstReading(whole, 'ai_remaining_ratio', (value) => value <= 0.1),
};

function scarcest(view: View): string {
  const requests = Math.min(1, ...view.signal('ai_requests_remaining_ratio'));
  const tokens = Math.min(1, ...view.signal('ai_tokens_remaining_ratio'));
  if (requests === tokens) return '';
  return requests < tokens ? ' (requests)' : ' (tokens)';
}

/** Where no body says why. */
function chatFails(loaded: View): Sign[] {
  const share = shareOf(loaded.failures(['server-error', 'rate-limited'], CHAT), loaded.requests(CHAT));
  if (share < 0.02) return [];
  return [{ weight: 2, text: `${percent(share)} of the questions failed while nothing was left` }];
}

function onlyChatFails(loaded: View): Sign[] {
  const asked = loaded.requests(CHAT);
  const failed = loaded.failures(['server-error', 'rate-limited'], CHAT);
  const others = loaded.failures(['server-error', 'rate-limited']) - failed;
  const [share, elsewhere] = [shareOf(failed, asked), shareOf(others, loaded.requests() - asked)];
  if (asked < FEWEST || share < 0.02 || share < 5 * elsewhere) return [];
  return [{ weight: 2, text: `${percent(share)} of the questions failed, and hardly anything else` }];
}

const videoWorkers: Cause = {
  id: 'video-workers',
  title: 'Too few video workers: published videos pile up',
  severity: 'high',
  fix: '10 workers at a time, and transcription by a service of its own',
  monthlyCost: 50,
  proof: 'with more workers the queue stays short at the same rate of publishing',
  signs(load) {
    const { whole } = load;
    const published = whole.requests(PUBLISH);
    if (published < FEWEST) return [];
    const backlog = backlogOf(whole);
    const signs: Sign[] = [];
    if (backlog !== null) {
      const share = shareOf(backlog, published);
      const text = `${count(backlog)} of ${count(published)} published videos were left waiting at the end`;
      const isLong = backlog >= 8;
      signs.push(...between(isLong ? share : 0, { from: 0.2, upTo: 0.1, weight: 7, against: 5 }, text));
    }
    const rate = whole.criterion('processing');
    if (rate?.outcome === 'fail' || rate?.outcome === 'pass') {
      const text = `${digits(rate.actual ?? 0)} videos an hour were processed (${rate.limitText})`;
      signs.push({ weight: rate.outcome === 'fail' ? 2 : -1, text });
    }
    return signs;
  },
  missing: ({ whole }) => [
    ...(whole.requests(PUBLISH) === 0 ? ['published videos: the video test has them'] : []),
    ...(whole.signal('queue_depth').length === 0 ? ['the length of the processing queue'] : []),
  ],
  harm: ({ whole }) => ({ failed: 0, time: shareOf(backlogOf(whole) ?? 0, whole.requests(PUBLISH)) }),
  since: ({ whole }) => sinceForGood(whole.readings('queue_depth'), (value) => value >= 8),
};

/** How many more videos waited in the last readings than in the first. */
function backlogOf(whole: View): number | null {
  const depth = whole.signal('queue_depth');
  if (depth.length < 3) return null;
  const third = Math.ceil(depth.length / 4);
  return Math.max(0, median(depth.slice(-third)) - median(depth.slice(0, third)));
}

const cache: Cause = {
  id: 'cache',
  title: 'The same reads go to the database again and again: there is no cache',
  severity: 'high',
  fix: 'Redis with a TTL of 15 minutes for dashboards and for what every request reads, dropped on write',
  monthlyCost: 10,
  proof: 'with the cache most dashboards come without a query, and hits are above 60 %',
  signs({ loaded }) {
    const routes = ROUTE_GROUPS.dashboards;
    const answers = loaded.partCount('auth', routes);
    const hits = loaded.signal('cache_hit_ratio');
    const signs: Sign[] = [];
    if (answers >= FEWEST) {
      const share = shareOf(loaded.partCount('db', routes), answers);
      // A session that is looked up touches the database on every request, but hardly for a while.
      const times = loaded.partTotalMs('db', routes) / answers / Math.max(1, loaded.partMs('db', SIMPLE_READS) ?? 1);
      const text = `${percent(share)} of ${count(answers)} dashboard reads asked the database, and took ${digits(times)} times what a simple read does of it`;
      signs.push(...between(Math.min(share, times), { from: 0.7, upTo: 0.4, weight: 6, against: 5 }, text));
    }
    if (hits.length > 0) {
      const usual = median(hits);
      const text = `${percent(usual)} of the look-ups were cache hits`;
      signs.push(...between(1 - usual, { from: 0.75, upTo: 0.45, weight: 2, against: 4 }, text));
    }
    return signs;
  },
  missing: ({ loaded }) => [
    ...(loaded.requests(ROUTE_GROUPS.dashboards) === 0 ? ['dashboards: the database and mixed tests read them'] : []),
    ...(loaded.partCount('auth') === 0 ? ['which answers asked the database (Server-Timing: db)'] : []),
    ...(loaded.signal('cache_hit_ratio').length === 0 ? ['cache hits'] : []),
  ],
  harm: ({ loaded }) => ({
    failed: 0,
    time: shareOf(loaded.partTotalMs('db', ROUTE_GROUPS.dashboards), loaded.waitedMs()),
  }),
  since: () => 'always',
};

const sessionLookup: Cause = {
  id: 'session-lookup',
  title: 'Every request looks its session up in the database',
  severity: 'high',
  fix: 'verify the JWT in the app',
  monthlyCost: 0,
  proof: 'with local verification the auth part of every route is below 1 ms',
  signs({ whole }) {
    const auth = whole.partMs('auth');
    if (auth === null) return [];
    const text = `every request spent ${duration(auth)} on finding out who asks`;
    return between(auth, { from: 2.5, upTo: 1, weight: 6, against: 5 }, text);
  },
  missing: ({ whole }) =>
    whole.partMs('auth') === null ? ['the time to find out who asks (Server-Timing: auth)'] : [],
  harm: ({ loaded }) => ({ failed: 0, time: shareOf(loaded.partTotalMs('auth'), loaded.waitedMs()) }),
  since: () => 'always',
};

const media: Cause = {
  id: 'media',
  title: 'Thumbnails and videos are served by the app, without a CDN',
  severity: 'medium',
  fix: 'a CDN in front of media',
  monthlyCost: 20,
  proof: "with a CDN the answers carry its cache headers, and the app's bandwidth is free",
  signs({ whole, loaded, calm }) {
    const fromApp = whole.signal('media_from_app');
    if (fromApp.length === 0) return [];
    const usual = median(fromApp);
    const [before, under] = [calm?.durationMs(THUMBNAIL) ?? null, loaded.durationMs(THUMBNAIL)];
    if (usual < 0.5) return [{ weight: -6, text: 'thumbnails came from a cache or from another host' }];
    const signs: Sign[] = [{ weight: 5, text: 'thumbnails came from the app itself, and from no cache' }];
    if (under !== null && under >= 100) {
      const than = before === null ? '' : `, after ${duration(before)} in calm`;
      signs.push({ weight: 2, text: `a thumbnail took ${duration(under)} under load${than}` });
    }
    return signs;
  },
  missing: ({ whole }) =>
    whole.signal('media_from_app').length === 0 ? ['thumbnails: the mixed test looks at them'] : [],
  harm: ({ loaded }) => ({ failed: 0, time: shareOf(loaded.waitedMs(THUMBNAIL), loaded.waitedMs()) }),
  since: () => 'always',
};

const nPlusOne: Cause = {
  id: 'n-plus-one',
  title: 'Dashboards and lists ask the database once for every item (N+1)',
  severity: 'medium',
  fix: 'one batched or joined query for a list',
  monthlyCost: 0,
  proof: 'queries per request no longer grow with the length of the list',
  signs(load) {
    const list = slowestList(load);
    if (list === null) return [];
    const text = `${list.route} spent ${duration(list.ms)} in the database, ${digits(list.times)} times what a simple read does`;
    return between(list.times / list.usual, { from: 2.5, upTo: 1.7, weight: 6, against: 5 }, text);
  },
  missing: (load) =>
    slowestList(load) === null ? ['database time of lists and of simple reads (Server-Timing: db)'] : [],
  harm: (load) => {
    const list = slowestList(load);
    const { loaded } = load;
    const unneeded = Object.entries(LISTS).map(([route, usual]) => {
      const needed = usual * (list?.simpleMs ?? 0) * loaded.partCount('db', [route]);
      return Math.max(0, loaded.partTotalMs('db', [route]) - needed);
    });
    return { failed: 0, time: shareOf(sum(unneeded), loaded.waitedMs()) };
  },
  since: () => 'always',
};

interface SlowList {
  route: string;
  ms: number;
  simpleMs: number;
  /** Of a simple read's time. */
  times: number;
  /** The same of a list that is asked for at once. */
  usual: number;
}

/** The list that is farthest from what it should be; those that come from a cache say nothing. */
function slowestList({ whole }: Load): SlowList | null {
  const simpleMs = whole.partMs('db', SIMPLE_READS);
  if (simpleMs === null) return null;
  const lists = Object.entries(LISTS).flatMap(([route, usual]): SlowList[] => {
    const ms = whole.partCount('db', [route]) >= FEWEST ? whole.partMs('db', [route]) : null;
    return ms === null ? [] : [{ route, ms, simpleMs, times: ms / Math.max(1, simpleMs), usual }];
  });
  return lists.sort((a, b) => b.times / b.usual - a.times / a.usual)[0] ?? null;
}

/** In the order of PLATFORM.md. */
export const CAUSES: readonly Cause[] = [
  connections,
  vectorIndex,
  aiLimit,
  videoWorkers,
  cache,
  sessionLookup,
  media,
  nPlusOne,
];

function excess(under: number | null, before: number | null): number {
  return under === null || before === null ? 0 : Math.max(0, under - before);
}

function firstReading(
  view: View,
  signal: Parameters<View['readings']>[0],
  shows: (value: number) => boolean,
): number | null {
  return view.readings(signal).find(({ value }) => shows(value))?.second ?? null;
}

/** From when on all readings show it. */
function sinceForGood(
  readings: readonly { second: number; value: number }[],
  shows: (value: number) => boolean,
): number | null {
  const lastOther = readings.findLastIndex(({ value }) => !shows(value));
  return readings[lastOther + 1]?.second ?? null;
}
