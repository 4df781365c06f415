import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { as, CREATORS, type Embedded, STUDENTS, startPlatform, uuid, VIDEOS } from './embedded.ts';

const [basicCreator, enterpriseCreator] = CREATORS as [(typeof CREATORS)[number], (typeof CREATORS)[number]];
const [, basic, pro, enterprise] = STUDENTS as [S, S, S, S];
type S = (typeof STUDENTS)[number];

let platform: Embedded;
before(async () => {
  // A video takes 5.5 minutes / 3000: about a tenth of a second.
  platform = await startPlatform('recommended', {}, { PROCESSING_SPEEDUP: '3000' });
});
after(() => platform.stop());

const upload = (more: object = {}) => ({
  filename: 'loadtest-a.mp4',
  contentType: 'video/mp4',
  fileSize: 4_000,
  title: 'loadtest-upload',
  ...more,
});

async function put(url: string, bytes = 4_000): Promise<number> {
  const { status } = await fetch(url, {
    method: 'PUT',
    body: Buffer.alloc(bytes),
    headers: { 'Content-Type': 'video/mp4' },
  });
  return status;
}

/** What a video passes through. */
const STEPS = ['extract_audio', 'transcribe', 'chunk', 'embed', 'store'];

test('a video goes from its upload to completed, and is then found by students', async () => {
  const me = await as(platform, enterpriseCreator);
  const before = (await me('GET', '/api/creator/stats')).body;
  const { status, body } = await me('POST', '/api/video/upload-url', upload({ title: 'Bagels and pretzels' }));
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ['expiresIn', 'storage', 'storagePath', 'uploadUrl', 'videoId']);
  assert.equal(body.expiresIn, 900);
  assert.equal(body.storagePath, `${enterpriseCreator.id}/${body.videoId}/original.mp4`);
  assert.match(body.uploadUrl, /\/storage\/v1\/object\/upload\/sign\/videos\/.*\/original\.mp4\?token=/);
  const statusOf = async () => (await me('GET', `/api/video/status/${body.videoId}`)).body;
  assert.equal((await statusOf()).status, 'uploading');
  assert.equal((await me('POST', '/api/video/create', { videoId: body.videoId })).status, 400);
  assert.equal(await put(body.uploadUrl), 200);
  const created = await me('POST', '/api/video/create', { videoId: body.videoId });
  assert.deepEqual(created.body, {
    success: true,
    video: { id: body.videoId, title: 'Bagels and pretzels', processingStatus: 'pending' },
  });
  assert.equal((await me('POST', '/api/video/create', { videoId: body.videoId })).status, 409);
  let now = await statusOf();
  const steps = new Set<string>();
  while (now.status !== 'completed') {
    assert.ok(['pending', 'processing'].includes(now.status), JSON.stringify(now));
    if (now.currentStep) steps.add(now.currentStep);
    now = await statusOf();
  }
  // How many of them are seen depends on who asks how often.
  assert.ok(steps.size > 0 && [...steps].every((step) => STEPS.includes(step)), [...steps].join());
  assert.deepEqual([now.progress, now.error], [100, null]);
  assert.ok(now.completedAt);
  const stats = (await me('GET', '/api/creator/stats')).body;
  assert.equal(stats.totalVideos, before.totalVideos + 1);
  assert.equal(stats.storageUsedBytes, before.storageUsedBytes + 4_000);
  const student = await as(platform, STUDENTS[4]!);
  const { video_references } = (await student('POST', '/api/chat', { message: 'Bagels and pretzels' })).body.data;
  assert.equal(video_references[0].video_id, body.videoId);
});

test('uploads that cannot be are refused as documented', async () => {
  const me = await as(platform, enterpriseCreator);
  for (const name of ['filename', 'contentType', 'fileSize', 'title']) {
    const { status, body } = await me('POST', '/api/video/upload-url', upload({ [name]: undefined }));
    assert.deepEqual([status, body.message], [400, `${name} is required`]);
  }
  for (const wrong of [{ contentType: 'image/png' }, { fileSize: 2 * 1024 ** 3 + 1 }]) {
    const { status, body } = await me('POST', '/api/video/upload-url', upload(wrong));
    assert.deepEqual([status, body.error], [403, 'UPLOAD_ERROR']);
    assert.ok(body.message && body.details);
  }
  assert.equal((await me('POST', '/api/video/upload-url', upload({ fileSize: 2 * 1024 ** 3 }))).status, 200);
});

test('a basic creator may upload five times an hour', async () => {
  const me = await as(platform, basicCreator);
  const statuses = [];
  for (let number = 0; number < 6; number++) {
    const { status, headers } = await me('POST', '/api/video/upload-url', upload());
    statuses.push([status, headers.get('x-ratelimit-remaining')]);
  }
  assert.deepEqual(statuses, [
    [200, '4'],
    [200, '3'],
    [200, '2'],
    [200, '1'],
    [200, '0'],
    [429, '0'],
  ]);
});

test('students have no creator account', async () => {
  const me = await as(platform, enterprise);
  for (const [method, path] of [
    ['POST', '/api/video/upload-url'],
    ['POST', '/api/video/create'],
    ['GET', `/api/video/status/${VIDEOS[0]!.id}`],
    ['GET', '/api/video/list'],
    ['GET', `/api/creator/analytics?creatorId=${enterprise.creatorId}`],
    ['GET', '/api/creator/stats'],
  ] as const) {
    const { status, body } = await me(method, path, method === 'POST' ? upload() : undefined);
    assert.deepEqual([status, body.error], [403, 'Creator account not found'], path);
  }
});

test("another creator's videos are not there", async () => {
  const me = await as(platform, basicCreator);
  assert.equal((await me('GET', `/api/video/status/${VIDEOS[2]!.id}`)).status, 404);
  assert.equal((await me('POST', '/api/video/create', { videoId: VIDEOS[2]!.id })).status, 404);
  assert.equal((await me('GET', '/api/video/status/not-an-id')).status, 404);
  const { body } = await me('GET', '/api/video/list?limit=100');
  for (const { id } of body.videos) assert.notEqual(id, VIDEOS[2]!.id);
});

test('videos are listed by page and by status', async () => {
  const me = await as(platform, basicCreator);
  const page = async (query: string) => (await me('GET', `/api/video/list?${query}`)).body;
  const first = await page('status=completed&limit=1');
  assert.deepEqual([first.videos.length, first.total, first.page, first.limit, first.hasMore], [1, 2, 1, 1, true]);
  const second = await page('status=completed&limit=1&offset=1');
  assert.deepEqual([second.videos.length, second.page, second.hasMore], [1, 2, false]);
  assert.notEqual(first.videos[0].id, second.videos[0].id);
  for (const query of ['limit=0', 'limit=101', 'offset=-1', 'status=lost']) {
    assert.equal((await me('GET', `/api/video/list?${query}`)).status, 400, query);
  }
});

test('analytics are of the own creator and a known period', async () => {
  const me = await as(platform, basicCreator);
  const { status, body, headers } = await me('GET', `/api/creator/analytics?creatorId=${basicCreator.id}&period=7d`);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['enrollmentsByDate', 'messagesByDate', 'topVideos', 'chatInsights']);
  assert.equal(body.enrollmentsByDate[0].count, 4);
  assert.equal(body.topVideos.length, 2);
  assert.match(headers.get('cache-control')!, /s-maxage=600/);
  assert.equal((await me('GET', '/api/creator/analytics')).status, 400);
  assert.equal((await me('GET', `/api/creator/analytics?creatorId=${basicCreator.id}&period=1y`)).status, 400);
  assert.equal((await me('GET', `/api/creator/analytics?creatorId=${enterpriseCreator.id}`)).status, 403);
  assert.match((await me('GET', '/api/creator/stats')).headers.get('cache-control')!, /s-maxage=300/);
});

test('events are the own ones, in order, and can be limited', async () => {
  const me = await as(platform, pro);
  const events = (query: string) => me('GET', `/api/calendar/events?${query}`);
  const { body } = await events(`studentId=${pro.id}&upcoming=true&limit=2`);
  assert.deepEqual([body.success, body.data.events.length, body.data.totalCount], [true, 2, 5]);
  assert.ok(body.data.events[0].scheduled_date < body.data.events[1].scheduled_date);
  const { scheduled_date } = body.data.events[1];
  const one = await events(`studentId=${pro.id}&startDate=${scheduled_date}&endDate=${scheduled_date}`);
  assert.equal(one.body.data.totalCount, 1);
  assert.equal((await events('upcoming=true')).status, 400);
  assert.equal((await events(`studentId=${pro.id}&startDate=yesterday`)).status, 400);
  assert.equal((await events(`studentId=${basic.id}`)).status, 403);
});

test('the balance counts what questions earned', async () => {
  const me = await as(platform, pro);
  await me('POST', '/api/chat', { message: 'What earns a chronos?' });
  const { body } = await me('GET', '/api/chronos/balance');
  assert.deepEqual(body, { balance: 10, totalEarned: 10, totalSpent: 0, totalRedeemed: 0, usdValue: 0.1 });
});

test('a quiz has the questions that were ordered', async () => {
  const me = await as(platform, pro);
  const order = {
    videoIds: [VIDEOS[0]!.id, VIDEOS[1]!.id],
    options: { questionCount: 4, difficulty: 'beginner', questionTypes: ['true-false'] },
  };
  const { status, body, headers } = await me('POST', '/api/assessments/quiz/generate', order);
  assert.equal(status, 200);
  assert.equal(body.data.quiz.questions.length, 4);
  assert.equal(body.data.quiz.questions[0].type, 'true-false');
  assert.equal(headers.get('x-ratelimit-limit'), '15');
});

test('quizzes are refused below PRO, for bad orders and for videos of others', async () => {
  const order = (more: object) => ({ videoIds: [VIDEOS[0]!.id], options: {}, ...more });
  const quiz = async (student: S, body: object) =>
    (await (await as(platform, student))('POST', '/api/assessments/quiz/generate', body)).status;
  assert.equal(await quiz(basic, order({})), 403);
  for (const wrong of [
    { videoIds: [] },
    { videoIds: Array.from({ length: 11 }, (_, number) => uuid('f', number)) },
    { videoIds: ['x'] },
    { options: { questionCount: 2 } },
    { options: { questionCount: 21 } },
    { options: { difficulty: 'easy' } },
    { options: { questionTypes: ['essay'] } },
  ]) {
    assert.equal(await quiz(enterprise, order(wrong)), 400, JSON.stringify(wrong));
  }
  assert.equal(await quiz(enterprise, order({ videoIds: [VIDEOS[2]!.id] })), 404);
});

test('media come as a CDN serves them', async () => {
  const response = await fetch(`${platform.url}/media/thumbnails/${VIDEOS[0]!.id}.jpg`);
  assert.deepEqual([response.status, response.headers.get('x-cache')], [200, 'HIT']);
  assert.equal((await response.arrayBuffer()).byteLength, 60_000);
});
