import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hashOf, Random } from '../../platform/random.ts';
import { type Answer, as, CREATORS, type Embedded, STUDENTS, send, startPlatform, VIDEOS } from './embedded.ts';

const [, , , enterprise] = STUDENTS as [S, S, S, S];
type S = (typeof STUDENTS)[number];
const [basicCreator] = CREATORS as [(typeof CREATORS)[number]];

/** All weak points, small enough to be met: three connections, and four AI requests a minute. */
let platform: Embedded;
before(async () => {
  platform = await startPlatform(
    'free',
    { connectionLimit: 3, aiRequestsPerMinute: 8, aiSlowdown: 0.5, connectMs: 1 },
    { PROCESSING_SPEEDUP: '3000' },
  );
});
after(() => platform.stop());

async function metric(name: string): Promise<number> {
  const { body } = await send(platform, 'GET', '/metrics');
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(body)?.[1]);
}

async function queriesOf(route: string, work: () => Promise<Answer>): Promise<number> {
  const name = `platform_queries_per_request_sum\\{route="${route}"\\}`;
  const before = (await metric(name)) || 0;
  assert.equal((await work()).status, 200);
  return (await metric(name)) - before;
}

test('1: connections are held during answers, and none free is the error of Postgres', async () => {
  const me = await as(platform, enterprise);
  const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => me('POST', '/api/chat', { message: `At once ${n}` })));
  const failed = answers.filter(({ status }) => status === 500);
  assert.equal(failed.length, 2);
  assert.deepEqual(failed[0]!.body.error, {
    name: 'InternalError',
    message: 'remaining connection slots are reserved for non-replication superuser connections',
    code: 'INTERNAL_ERROR',
    statusCode: 500,
  });
  assert.equal(await metric('platform_db_connections_used'), 0);
});

test('2: without an index the answer still comes from the own creator', async () => {
  const me = await as(platform, enterprise);
  const { body } = await me('POST', '/api/chat', { message: 'Shutter speed at night' });
  const own = VIDEOS.filter(({ creatorId }) => creatorId === enterprise.creatorId).map(({ id }) => id);
  assert.equal(body.data.video_references[0].title, 'Shutter speed at night');
  for (const { video_id } of body.data.video_references) assert.ok(own.includes(video_id));
});

test('3: beyond the AI limit questions fail with 502 and give back the quota', async () => {
  const me = await as(platform, enterprise);
  let answer: Answer;
  let number = 0;
  do {
    answer = await me('POST', '/api/chat', { message: `Until it is too much ${number++}` });
  } while (answer.status === 200 && number < 20);
  assert.deepEqual([answer.status, answer.body.error.code], [502, 'AI_QUOTA_EXCEEDED']);
  assert.equal(answer.headers.get('anthropic-ratelimit-requests-limit'), '8');
  assert.equal(answer.headers.get('anthropic-ratelimit-requests-remaining'), '0');
  assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  assert.ok((await metric('platform_ai_throttled_total')) >= 1);
});

test('4: one worker processes one video at a time, and the rest waits', async () => {
  const me = await as(platform, CREATORS[1]!);
  for (let number = 0; number < 3; number++) {
    const upload = { filename: 'a.mp4', contentType: 'video/mp4', fileSize: 10, title: `Video ${number}` };
    const { body } = await me('POST', '/api/video/upload-url', upload);
    await fetch(body.uploadUrl, { method: 'PUT', body: 'bytes' });
    await me('POST', '/api/video/create', { videoId: body.videoId });
  }
  let most = 0;
  while ((await metric('platform_videos_completed_total')) < 3) {
    most = Math.max(most, await metric('platform_queue_depth'));
    assert.ok((await metric('platform_queue_active')) <= 1);
  }
  assert.ok(most >= 1, 'no video ever waited');
});

test('5: without a cache nothing is a hit or a miss', async () => {
  const me = await as(platform, basicCreator);
  for (let number = 0; number < 2; number++) {
    const { headers } = await me('GET', '/api/creator/stats');
    assert.match(headers.get('server-timing')!, /\bdb;/);
  }
  assert.deepEqual([await metric('platform_cache_hits_total'), await metric('platform_cache_misses_total')], [0, 0]);
});

test('6: every request asks the auth tables, and a session that has ended is refused', async () => {
  const me = await as(platform, enterprise);
  const { headers } = await me('GET', '/api/chronos/balance');
  const auth = Number(/\bauth;dur=([\d.]+)/.exec(headers.get('server-timing')!)?.[1]);
  assert.ok(auth >= 19, `auth took ${auth} ms of at least 20`);
  await me('POST', '/auth/v1/logout');
  assert.equal((await me('GET', '/api/chronos/balance')).status, 401);
});

test('7: media go through the app', async () => {
  const before = await metric('platform_media_bytes_total');
  const response = await fetch(`${platform.url}/media/videos/${VIDEOS[0]!.id}.mp4`);
  assert.equal(response.headers.get('x-cache'), null);
  assert.equal((await response.arrayBuffer()).byteLength, 1_000_000);
  assert.equal((await metric('platform_media_bytes_total')) - before, 1_000_000);
});

test('8: dashboards ask once for every video', async () => {
  const me = await as(platform, basicCreator);
  const list = (limit: number) => queriesOf('GET /api/video/list', () => me('GET', `/api/video/list?limit=${limit}`));
  // The session, the creator and the list; then one for each of the two videos.
  assert.deepEqual([await list(1), await list(2)], [4, 5]);
});

test('the share of requests that fails on purpose is drawn from the seed', async () => {
  const faulty = await startPlatform('recommended', { failureShare: 0.3 }, { SEED: '3' });
  const me = await as(faulty, enterprise);
  const statuses = [];
  for (let number = 0; number < 40; number++) statuses.push((await me('GET', '/api/chronos/balance')).status);
  await faulty.stop();
  const draws = new Random(hashOf(3, 'failures'));
  assert.deepEqual(
    statuses,
    Array.from({ length: 40 }, () => (draws.next() < 0.3 ? 500 : 200)),
  );
  assert.ok(statuses.includes(500) && statuses.includes(200));
});
