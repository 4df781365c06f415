import assert from 'node:assert/strict';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionCookies } from '../../src/wire/session-cookie.ts';
import { as, CREATORS, type Embedded, STUDENTS, send, signIn, startPlatform, uuid, VIDEOS } from './embedded.ts';

const [free, basic, pro, enterprise, elsewhere] = STUDENTS as [S, S, S, S, S];
type S = (typeof STUDENTS)[number];

let platform: Embedded;
before(async () => {
  platform = await startPlatform('recommended');
});
after(() => platform.stop());

const ask = (message: string, more: object = {}) => ({ message, ...more });

/** Windows end with the minute: what is counted within one must not begin just before that. */
async function startOfWindow(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 5_000) await sleep(leftMs);
}

test('an answer has content, references of the own creator, a session, usage and chronos', async () => {
  const { status, body, headers } = await (await as(platform, enterprise))('POST', '/api/chat', ask('Which aperture?'));
  assert.equal(status, 200);
  assert.equal(body.success, true);
  assert.ok(body.data.content.length > 0);
  const own = VIDEOS.filter(({ creatorId }) => creatorId === enterprise.creatorId).map(({ id }) => id);
  assert.ok(body.data.video_references.length > 0);
  for (const reference of body.data.video_references) {
    assert.ok(own.includes(reference.video_id), reference.video_id);
    assert.ok(reference.relevance_score >= 0 && reference.relevance_score <= 1);
    assert.deepEqual(Object.keys(reference).sort(), ['relevance_score', 'timestamp', 'title', 'video_id']);
  }
  assert.equal(body.meta.creator_id, enterprise.creatorId);
  assert.deepEqual(body.meta.usage, {
    tier: 'ENTERPRISE',
    remaining: 999_999,
    is_free_tier: false,
    upgrade_required: false,
    message: 'Unlimited questions',
  });
  assert.deepEqual([body.meta.chronos_awarded, body.meta.chronos_balance], [10, 10]);
  assert.equal(headers.get('anthropic-ratelimit-requests-limit'), '4000');
  for (const part of ['auth', 'db', 'vector', 'ai', 'cache']) {
    assert.match(headers.get('server-timing')!, new RegExp(`\\b${part};dur=\\d`));
  }
});

test('a conversation keeps its session, and its history has the messages in order', async () => {
  const me = await as(platform, enterprise);
  const first = await me('POST', '/api/chat', ask('What is a stop?'));
  const sessionId = first.body.data.session_id;
  const second = await me(
    'POST',
    '/api/chat',
    ask('And two stops?', { session_id: sessionId, context_type: 'general' }),
  );
  assert.equal(second.body.data.session_id, sessionId);
  const { body } = await me('GET', `/api/chat/history?session_id=${sessionId}`);
  assert.equal(body.data.total, 4);
  assert.deepEqual(
    body.data.messages.map(({ role }: { role: string }) => role),
    ['user', 'assistant', 'user', 'assistant'],
  );
  assert.equal(body.data.messages[3].id, second.body.data.message_id);
  const last = await me('GET', `/api/chat/history?session_id=${sessionId}&limit=1`);
  assert.deepEqual(
    [last.body.data.messages.length, last.body.data.messages[0].role, last.body.data.total],
    [1, 'assistant', 4],
  );
});

test('sessions are listed, renamed and deleted', async () => {
  const me = await as(platform, enterprise);
  const { session_id: id } = (await me('POST', '/api/chat', ask('A session to rename'))).body.data;
  assert.equal((await me('PATCH', `/api/chat/session/${id}`, { title: 'Apertures' })).status, 200);
  const titleOf = async () => {
    const { body } = await me('GET', '/api/chat');
    return body.data.sessions.find((session: { id: string }) => session.id === id)?.title;
  };
  assert.equal(await titleOf(), 'Apertures');
  assert.equal((await me('PATCH', `/api/chat/session/${id}`, { title: '' })).status, 400);
  assert.equal((await me('DELETE', `/api/chat/session/${id}`)).status, 200);
  assert.equal(await titleOf(), undefined);
  assert.equal((await me('GET', `/api/chat/history?session_id=${id}`)).status, 401);
});

test('an answer can be rated, only by whoever got it', async () => {
  const me = await as(platform, enterprise);
  const { message_id, session_id } = (await me('POST', '/api/chat', ask('Rate this'))).body.data;
  const rating = { message_id, feedback: 'positive', comment: 'good' };
  assert.equal((await me('POST', '/api/chat/feedback', rating)).status, 200);
  const history = await me('GET', `/api/chat/history?session_id=${session_id}`);
  assert.equal(history.body.data.messages[1].feedback, 'positive');
  assert.equal((await (await as(platform, pro))('POST', '/api/chat/feedback', rating)).status, 404);
  assert.equal((await me('POST', '/api/chat/feedback', { ...rating, feedback: 'great' })).status, 400);
  assert.equal((await me('POST', '/api/chat/feedback', { ...rating, comment: 'x'.repeat(501) })).status, 400);
});

test('bad questions are 400 with the documented body', async () => {
  const me = await as(platform, enterprise);
  for (const body of [
    {},
    { message: '' },
    { message: 'x'.repeat(501) },
    { message: 7 },
    { message: 'x', context_type: 'weather' },
    { message: 'x', session_id: 'mine' },
  ]) {
    const { status, body: answer } = await me('POST', '/api/chat', body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.deepEqual(
      [answer.error.code, answer.error.statusCode, answer.error.name],
      ['VALIDATION_ERROR', 400, 'ValidationError'],
    );
  }
  assert.equal((await me('POST', '/api/chat', { message: 'é'.repeat(500) })).status, 200);
});

test('without a session every route is 401', async () => {
  for (const [method, path] of [
    ['POST', '/api/chat'],
    ['GET', '/api/chat'],
    ['GET', '/api/chat/history'],
    ['POST', '/api/video/upload-url'],
    ['GET', '/api/creator/stats'],
    ['GET', '/api/chronos/balance'],
  ] as const) {
    const { status, body } = await send(platform, method, path);
    assert.deepEqual([status, body.error.code], [401, 'AUTHENTICATION_ERROR'], `${method} ${path}`);
  }
});

test("another student's session is 401 to read, to write, to rename and to delete", async () => {
  const theirs = (await (await as(platform, enterprise))('POST', '/api/chat', ask('Mine alone'))).body.data.session_id;
  const me = await as(platform, pro);
  assert.equal((await me('GET', `/api/chat/history?session_id=${theirs}`)).status, 401);
  assert.equal((await me('POST', '/api/chat', ask('Let me in', { session_id: theirs }))).status, 401);
  assert.equal((await me('PATCH', `/api/chat/session/${theirs}`, { title: 'x' })).status, 401);
  assert.equal((await me('DELETE', `/api/chat/session/${theirs}`)).status, 401);
});

test("nobody is answered from another creator's videos", async () => {
  const me = await as(platform, elsewhere);
  const { body } = await me('POST', '/api/chat', ask('Choosing an aperture'));
  const own = VIDEOS.filter(({ creatorId }) => creatorId === elsewhere.creatorId).map(({ id }) => id);
  for (const { video_id } of body.data.video_references) assert.ok(own.includes(video_id), video_id);
  const { status } = await me('POST', '/api/chat', ask('Choosing an aperture', { creator_id: uuid('c', 1) }));
  assert.equal(status, 403);
});

test('the session comes by cookie too: in chunks, whole, or as plain JSON', async () => {
  const session = await signIn(platform, enterprise.email);
  const large = { ...session, padding: 'x'.repeat(2_500) };
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const chunks = sessionCookies('sb-127-auth-token', encoded(large));
  assert.equal(chunks.length, 2);
  for (const cookie of [
    chunks.map(([name, value]) => `${name}=${value}`).join('; '),
    `other=1; sb-127-auth-token=base64-${encoded(session)}`,
    `sb-127-auth-token=${encodeURIComponent(JSON.stringify(session))}`,
  ]) {
    assert.equal((await send(platform, 'GET', '/api/chat', { headers: { Cookie: cookie } })).status, 200);
  }
  const broken = await send(platform, 'GET', '/api/chat', { headers: { Cookie: 'sb-127-auth-token=base64-@@' } });
  assert.equal(broken.status, 401);
});

test('who signed out is refused by the app although the token has not expired', async () => {
  const { access_token } = await signIn(platform, enterprise.email);
  const headers = { Authorization: `Bearer ${access_token}` };
  assert.equal((await send(platform, 'GET', '/api/chat', { headers })).status, 200);
  await send(platform, 'POST', '/auth/v1/logout', { headers });
  assert.equal((await send(platform, 'GET', '/api/chat', { headers })).status, 401);
});

test('a free student may ask three questions in all', async () => {
  const me = await as(platform, free);
  const statuses = [];
  for (let number = 1; number <= 3; number++) {
    const { status, body } = await me('POST', '/api/chat', ask(`Question ${number}`));
    statuses.push([status, body.meta.usage.remaining, body.meta.usage.upgrade_required]);
  }
  assert.deepEqual(statuses, [
    [200, 2, false],
    [200, 1, false],
    [200, 0, true],
  ]);
  const { status, body } = await me('POST', '/api/chat', ask('One too many'));
  assert.equal(status, 403);
  assert.deepEqual([body.success, body.error.code], [false, 'CHAT_LIMIT_EXCEEDED']);
  assert.deepEqual(body.error.details, { tier: 'FREE', upgrade_required: true, questions_asked: 3, remaining: 0 });
  assert.equal(body.meta.usage.remaining, 0);
});

test('30 questions at once of a basic student: exactly 10 are answered, and nobody else is affected', async () => {
  const me = await as(platform, basic);
  await startOfWindow();
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => me('POST', '/api/chat', ask(`At once ${n}`))));
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(answers.filter(({ status }) => status === 200).length, 10);
  assert.equal(refused.length, 20);
  const { body, headers } = refused[0]!;
  assert.equal(body.error.code, 'RATE_LIMIT_EXCEEDED');
  const retryAfter = Number(headers.get('retry-after'));
  assert.ok(retryAfter >= 1 && retryAfter <= 60);
  assert.equal(body.error.retryAfter, retryAfter);
  assert.deepEqual([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')], ['10', '0']);
  assert.equal((await (await as(platform, pro))('POST', '/api/chat', ask('Not me'))).status, 200);
});

test('the same question again is answered from the cache, not by the provider', async () => {
  const me = await as(platform, enterprise);
  const first = await me('POST', '/api/chat', ask('What does the cache know?'));
  const second = await me('POST', '/api/chat', ask('what does the cache know? '));
  assert.equal(second.body.data.content, first.body.data.content);
  assert.match(first.headers.get('server-timing')!, /\bai;/);
  assert.doesNotMatch(second.headers.get('server-timing')!, /\bai;/);
});

test('creators have no chat of their own', async () => {
  const me = await as(platform, CREATORS[0]!);
  assert.equal((await me('POST', '/api/chat', ask('x'))).status, 403);
});

test('the record has exactly the requests of a run, by route and phase', async () => {
  const { access_token } = await signIn(platform, enterprise.email);
  const headers = (phase: string) => ({
    Authorization: `Bearer ${access_token}`,
    'X-Launchgate-Run': 'truth-test',
    'X-Launchgate-Phase': phase,
  });
  for (let n = 0; n < 3; n++) {
    await send(platform, 'POST', '/api/chat', { body: ask(`Truth ${n}`), headers: headers('normal') });
  }
  await send(platform, 'POST', '/api/chat', { body: ask(''), headers: headers('peak') });
  await send(platform, 'POST', '/auth/v1/token?grant_type=refresh_token', {
    body: { refresh_token: 'aaaaaaaaaaaa' },
    headers: headers('normal'),
  });
  const { body } = await send(platform, 'GET', '/__truth?run=truth-test');
  const rows = body.routes.map((row: Record<string, unknown>) => [row.route, row.phase, row.count, row.failed]);
  assert.deepEqual(rows, [
    ['POST /api/chat', 'normal', 3, 0],
    ['POST /api/chat', 'peak', 1, 1],
    ['POST /auth/v1/token refresh_token', 'normal', 1, 1],
  ]);
  assert.ok(body.routes[0].ms.max > 0);
});

test('a request that its client gave up is in the record, with 499', async () => {
  const socket = createConnection(Number(new URL(platform.url).port), '127.0.0.1');
  const head = [
    'PUT /storage/v1/object/upload/sign/videos/x?token=x HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Length: 10',
  ];
  const sent = new Promise((written) => {
    socket.write(`${[...head, 'X-Launchgate-Run: gone-test'].join('\r\n')}\r\n\r\nhalf`, written);
  });
  await sent;
  // Another answer in between: by then the server has read what came before it.
  await send(platform, 'GET', '/api/health');
  socket.destroy();
  let routes = [];
  while (routes.length === 0) routes = (await send(platform, 'GET', '/__truth?run=gone-test')).body.routes;
  assert.deepEqual(routes[0].byStatus, { 499: 1 });
});

test('health says that database and cache are well', async () => {
  const { status, body } = await send(platform, 'GET', '/api/health');
  assert.equal(status, 200);
  assert.deepEqual([body.status, body.checks.database.status, body.checks.cache.status], ['healthy', 'ok', 'ok']);
});

test('metrics are there under their names', async () => {
  const { body } = await send(platform, 'GET', '/metrics');
  for (const name of [
    'platform_http_request_duration_seconds_count{route="POST /api/chat",status="200"}',
    'platform_db_connections_used',
    'platform_db_connections_limit 60',
    'platform_db_connections_waiting',
    'platform_cache_hits_total',
    'platform_cache_misses_total',
    'platform_ai_requests_total',
    'platform_ai_requests_limit 4000',
    'platform_ai_requests_remaining',
    'platform_ai_throttled_total 0',
    'platform_ai_output_tokens_total',
    'platform_queue_depth 0',
    'platform_queue_oldest_wait_seconds 0',
    'platform_auth_duration_seconds_count',
    'platform_queries_per_request_sum{route="POST /api/chat"}',
    'platform_process_cpu_seconds_total',
    'platform_process_resident_memory_bytes',
    'platform_event_loop_delay_p99_seconds',
  ]) {
    assert.ok(body.includes(`\n${name}`), name);
  }
});

test('a Host header that names another machine is refused', async () => {
  const status = await new Promise((resolved) => {
    request(`${platform.url}/api/health`, { headers: { Host: 'evil.example.com' } }, (response) => {
      response.resume();
      resolved(response.statusCode);
    }).end();
  });
  assert.equal(status, 403);
});
