import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { healthCheck } from '../../gate/observe/health-check.ts';
import { metricsPage } from '../../gate/observe/metrics-page.ts';
import { fetchPage } from '../../gate/observe/page.ts';
import { sourcesOf } from '../../gate/observe/sources.ts';
import { upstash } from '../../gate/observe/upstash.ts';
import type { Look } from '../../src/wire/looks.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { type StubServer, stubServer } from './stub-server.ts';

let server: StubServer;
before(async () => {
  server = await stubServer();
});
after(() => server.stop());

const sample = (name: string) => readFileSync(`test/observe/samples/${name}`, 'utf8');
const text = (body: string, headers: Record<string, string> = {}, status = 200) =>
  server.answer((_, response) => response.writeHead(status, headers).end(body));
const valuesOf = ({ values }: Look) => Object.fromEntries(values.map(({ signal, value }) => [signal, value]));

/** What a fresh source makes of these pages, one after the other. */
async function lookAtPages(...pages: string[]): Promise<Look> {
  const source = metricsPage({ url: `${server.url}/metrics`, headers: {}, key: 'METRICS_AUTHORIZATION' });
  let look: Look = { values: [] };
  for (const page of pages) {
    text(page);
    look = await source.look();
    // Two readings of the same millisecond are one.
    for (const before = Date.now(); Date.now() === before; ) await nextTurn();
  }
  assert.equal(look.problem, undefined);
  return look;
}

/** The same page, with some numbers changed. */
const changed = (page: string, ...changes: [string, string][]) =>
  changes.reduce((rest, [from, to]) => {
    assert.ok(rest.includes(from), from);
    return rest.replaceAll(from, to);
  }, page);

test('Supabase’s page tells connections of all roles and who waits for one', async () => {
  assert.deepEqual(valuesOf(await lookAtPages(sample('supabase.txt'))), {
    db_connections_used_ratio: 0.8,
    db_pool_waiting: 6,
  });
});

test('postgres_exporter’s page tells connections', async () => {
  assert.deepEqual(valuesOf(await lookAtPages(sample('postgres-exporter.txt'))), { db_connections_used_ratio: 0.41 });
});

test('redis_exporter’s page tells cache hits, from one look to the next', async () => {
  const page = sample('redis-exporter.txt');
  const later = changed(page, ['hits_total 81230', 'hits_total 81530'], ['misses_total 20410', 'misses_total 20510']);
  // Shares of rates a second: the last digit hangs on how long the test took.
  const { cache_hit_ratio, ...others } = valuesOf(await lookAtPages(page, later));
  assert.ok(Math.abs(cache_hit_ratio! - 0.75) < 1e-9, String(cache_hit_ratio));
  assert.deepEqual(others, {});
});

test('Inngest’s page tells the depth of the queue', async () => {
  assert.deepEqual(valuesOf(await lookAtPages(sample('inngest.txt'))), { queue_depth: 63 });
});

test('an Express app’s page tells chat latency, errors and memory', async () => {
  const page = sample('express-prom-bundle.txt');
  // 100 more answers: 60 up to 1.5 s, 40 up to 10 s; and 25 failures, at once.
  const later = changed(
    page,
    ['path="/api/chat"} 50', 'path="/api/chat"} 110'],
    [
      'path="/api/chat"} 110\nhttp_request_duration_seconds_bucket{le="+Inf"',
      'path="/api/chat"} 210\nhttp_request_duration_seconds_bucket{le="+Inf"',
    ],
    [
      'le="+Inf",status_code="200",method="POST",path="/api/chat"} 110',
      'le="+Inf",status_code="200",method="POST",path="/api/chat"} 210',
    ],
    [
      'count{status_code="200",method="POST",path="/api/chat"} 110',
      'count{status_code="200",method="POST",path="/api/chat"} 210',
    ],
    ['path="/api/chat"} 10\n', 'path="/api/chat"} 35\n'],
  );
  const values = valuesOf(await lookAtPages(page, later));
  assert.ok(Math.abs(values.failed_requests_ratio! - 0.2) < 1e-9);
  // Rank 118.75 of 125, of which 85 are within 1.5 s: 1.5 + 8.5 x 33.75/40.
  assert.ok(Math.abs(values.chat_p95_ms! - 8_671.875) < 0.001, String(values.chat_p95_ms));
  assert.equal(values.memory_bytes, 214_958_080);
});

test('a page that is no page of metrics says what it is', async () => {
  const source = metricsPage({ url: `${server.url}/metrics`, headers: {}, key: 'METRICS_AUTHORIZATION' });
  const problemOf = async () => {
    const look = await source.look();
    assert.deepEqual(look.values, []);
    return look.problem;
  };
  text('<!doctype html><title>Sign in</title>');
  assert.equal(await problemOf(), 'it answers HTML instead of metrics');
  text('unauthorized', {}, 401);
  assert.equal(await problemOf(), 'it answers 401; check METRICS_AUTHORIZATION');
  text('', { location: 'https://example.com/' }, 307);
  assert.equal(await problemOf(), 'it answers 307');
  // The exporter was updated, and the metric has another name now.
  text('inngest_queue_length 3');
  assert.equal(await problemOf(), 'it answers none of the metrics that launchgate knows');
  text(`inngest_queue_depth 3\n${'# nothing\n'.repeat(900_000)}`);
  assert.equal(await problemOf(), 'it answers more than 8 MB');
  server.answer((_, response) => response.destroy());
  assert.equal(await problemOf(), 'it closed the connection');
});

test('five megabytes of metrics are read', async () => {
  const noise = Array.from(
    { length: 60_000 },
    (_, index) => `node_filesystem_files{device="/dev/nvme0n1p${index}"} ${index}`,
  );
  assert.deepEqual(valuesOf(await lookAtPages(`${noise.join('\n')}${' '.repeat(2_000_000)}\ninngest_queue_depth 8`)), {
    queue_depth: 8,
  });
});

test('a server that hangs and a port where nobody listens are said in words', async () => {
  server.answer((_, response) => response.writeHead(200).write('inngest_queue'));
  assert.deepEqual(await fetchPage(server.url, {}, 50), { ok: false, problem: 'it did not answer within 0.05 s' });
  const gone = await stubServer();
  await gone.stop();
  assert.deepEqual(await fetchPage(gone.url, {}), { ok: false, problem: 'nothing listens there' });
  assert.deepEqual(await fetchPage('http://no-such-host.invalid/', {}), {
    ok: false,
    problem: 'its name is not known to DNS',
  });
});

test('a metric that was renamed is missed by its name, and the rest is read on', async () => {
  const source = metricsPage({ url: server.url, headers: {}, key: 'METRICS_AUTHORIZATION' });
  text('platform_queue_depth 3\nplatform_db_connections_waiting 0');
  assert.equal((await source.look()).problem, undefined);
  text('platform_queue_length 3\nplatform_db_connections_waiting 2');
  for (let look = 0; look < 2; look++) {
    assert.deepEqual(await source.look(), {
      values: [{ signal: 'db_pool_waiting', value: 2, ageMs: 0 }],
      problem: 'it no longer has platform_queue_depth',
    });
  }
  text('platform_queue_depth 4\nplatform_db_connections_waiting 2');
  assert.equal((await source.look()).problem, undefined);
});

test('counters that begin anew are said, and what they count then is not less than nothing', async () => {
  const source = metricsPage({ url: server.url, headers: {}, key: 'METRICS_AUTHORIZATION' });
  text('platform_ai_throttled_total 40');
  await source.look();
  text('platform_ai_throttled_total 3');
  const { notice, counts } = await source.look();
  assert.equal(notice, 'its counters fell: it began anew, or several instances answer in turn');
  assert.deepEqual(counts, { 'AI refusals': 3 });
});

test('requests and errors are counted by kind, from one look to the next', async () => {
  const source = metricsPage({ url: server.url, headers: {}, key: 'METRICS_AUTHORIZATION' });
  const answered = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([status, count]) => `http_request_duration_seconds_count{status_code="${status}"} ${count}`)
      .join('\n');
  text(answered({ 200: 1_000, 502: 7 }));
  assert.equal((await source.look()).counts, undefined);
  text(answered({ 200: 1_080, 403: 4, 429: 5, 499: 2, 500: 1, 502: 9 }));
  assert.deepEqual((await source.look()).counts, {
    requests: 94,
    'server errors': 3,
    'given up': 2,
    'rate limited': 5,
    refused: 4,
  });
});

test('a clock that is apart from ours is said', async () => {
  const source = metricsPage({ url: server.url, headers: {}, key: 'METRICS_AUTHORIZATION' });
  const noticeAt = async (aheadMs: number) => {
    text('inngest_queue_depth 4', { date: new Date(Date.now() + aheadMs).toUTCString() });
    return (await source.look()).notice;
  };
  assert.match(String(await noticeAt(-90_500)), /^its clock is 9[01] s behind ours$/);
  assert.match(String(await noticeAt(3_600_500)), /^its clock is 3600 s ahead of ours$/);
  assert.equal(await noticeAt(0), undefined);
});

test('clocks apart don’t make a page old: its age is told by its own server’s clock', async () => {
  const source = metricsPage({ url: server.url, headers: {}, key: 'METRICS_AUTHORIZATION' });
  const yesterday = Date.parse('2020-02-02T02:02:02Z');
  text(`inngest_queue_depth 4 ${yesterday - 30_000}`, { date: new Date(yesterday).toUTCString() });
  assert.deepEqual((await source.look()).values, [{ signal: 'queue_depth', value: 4, ageMs: 30_000 }]);
});

test('AI headroom is read from the headers that a page passes on', async () => {
  const source = metricsPage({ url: server.url, headers: {}, key: 'METRICS_AUTHORIZATION' });
  text('inngest_queue_depth 0', {
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3000',
    'anthropic-ratelimit-input-tokens-limit': '2000000',
    'anthropic-ratelimit-input-tokens-remaining': '100000',
    'anthropic-ratelimit-input-tokens-reset': '2026-01-01T00:00:30Z',
  });
  assert.deepEqual(valuesOf(await source.look()), {
    queue_depth: 0,
    ai_requests_remaining_ratio: 0.75,
    ai_tokens_remaining_ratio: 0.05,
    ai_remaining_ratio: 0.05,
  });
  text('inngest_queue_depth 0', { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' });
  assert.equal(valuesOf(await source.look()).ai_remaining_ratio, 0.998);
});

test('health tells how quick the database is, and that nobody answers', async () => {
  const source = healthCheck(readSettings({ BASE_URL: server.url, EXTRA_HEADERS: '{"x-bypass":"secret"}' }));
  const health = (status: string, latency: number) =>
    JSON.stringify({
      status,
      timestamp: '2026-01-01T00:00:00Z',
      checks: { database: { status: 'ok', latency }, cache: { status: 'ok', latency: 0 } },
    });
  text(health('healthy', 12.5));
  assert.deepEqual(await source.look(), {
    values: [
      { signal: 'healthy', value: 1, ageMs: 0 },
      { signal: 'db_ping_ms', value: 12.5, ageMs: 0 },
    ],
  });
  assert.equal(server.seen.at(-1)!.headers['x-bypass'], 'secret');
  text(health('degraded', 900));
  assert.equal(valuesOf(await source.look()).healthy, 1);
  text(health('unhealthy', 0), {}, 503);
  const unwell = await source.look();
  assert.equal(valuesOf(unwell).healthy, 0);
  assert.equal(unwell.problem, 'it says that it is unhealthy (503)');
  text('<html>', {}, 502);
  assert.deepEqual(await source.look(), {
    values: [{ signal: 'healthy', value: 0, ageMs: 0 }],
    problem: 'it answers 502, and no health',
  });
});

test('Upstash’s statistics tell cache hits of the newest minute, and how old they are', async () => {
  const source = upstash('me@example.com:key', 'db-1', server.url);
  text(sample('upstash-stats.json'), { date: 'Fri, 22 May 2026 11:00:53 GMT' });
  const { values } = await source.look();
  assert.equal(server.seen.at(-1)!.url, '/v2/redis/stats/db-1');
  assert.equal(server.seen.at(-1)!.headers.authorization, `Basic ${btoa('me@example.com:key')}`);
  assert.equal(values[0]!.signal, 'cache_hit_ratio');
  assert.ok(Math.abs(values[0]!.value - 0.75) < 1e-9);
  assert.equal(values[0]!.ageMs, 29_574);
  text('{"hits":null,"misses":null}');
  assert.deepEqual(await source.look(), { values: [] });
  text('oops');
  assert.equal((await source.look()).problem, 'it answers something else than statistics');
});

test('the sources are those that the settings name', () => {
  const names = (env: Record<string, string>) => sourcesOf(readSettings(env)).map(({ name }) => name);
  assert.deepEqual(names({}), []);
  assert.deepEqual(
    names({
      BASE_URL: 'https://staging.example.com',
      METRICS_URL: 'https://staging.example.com/metrics',
      SUPABASE_URL: 'https://abcdefghijkl.supabase.co',
      SUPABASE_SERVICE_ROLE_KEY: 'key',
      EXPORTERS: '[{"url":"http://inngest:8288/metrics","authorization":"Bearer x"}]',
      DATABASE_URL: 'postgres://reader:secret@db.example.com:6543/app',
      REDIS_URL: 'rediss://default:secret@redis.example.com',
      UPSTASH_ACCOUNT: 'a:b',
      UPSTASH_DATABASE_ID: 'c',
    }),
    [
      'metrics of staging.example.com',
      'metrics of abcdefghijkl.supabase.co',
      'metrics of inngest:8288',
      'Postgres of db.example.com:6543',
      'Redis of redis.example.com',
      'Redis statistics of Upstash',
      'health of staging.example.com',
    ],
  );
  // Two pages of one host are two sources.
  assert.deepEqual(
    names({ EXPORTERS: '[{"url":"http://app:9090/metrics"},{"url":"http://app:9090/inngest/metrics"}]' }),
    ['metrics of app:9090', 'metrics of app:9090 (2)'],
  );
  // Self-hosted Supabase has no such page.
  assert.deepEqual(names({ SUPABASE_URL: 'http://127.0.0.1:54321', SUPABASE_SERVICE_ROLE_KEY: 'key' }), []);
});

test('a bypass goes to the platform only, and an authorization to the page that it is for', async () => {
  const other = await stubServer();
  const settings = readSettings({
    BASE_URL: server.url,
    METRICS_URL: `${server.url}/metrics`,
    METRICS_AUTHORIZATION: 'Bearer mine',
    EXTRA_HEADERS: '{"x-bypass":"secret"}',
    EXPORTERS: JSON.stringify([{ url: `${other.url}/metrics` }]),
  });
  for (const source of sourcesOf(settings)) await source.look();
  await other.stop();
  const [page, health] = server.seen.slice(-2).map(({ headers }) => headers);
  assert.deepEqual([page!.authorization, page!['x-bypass']], ['Bearer mine', 'secret']);
  assert.deepEqual([health!.authorization, health!['x-bypass']], [undefined, 'secret']);
  const { authorization, 'x-bypass': bypass } = other.seen[0]!.headers;
  assert.deepEqual([authorization, bypass], [undefined, undefined]);
});
