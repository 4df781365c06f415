import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RouteName } from '../../src/wire/routes.ts';
import { changing, type Inspector, newInspector } from './inspecting.ts';
import { type Deviation, modelPlatform } from './model-platform.ts';
import { CREATORS, videoOf } from './model-users.ts';

let inspector: Inspector;
before(async () => {
  inspector = await newInspector();
});
after(() => inspector.remove());

describe('the contract test', () => {
  it('finds nothing on a platform that answers as documented', async () => {
    const { exitCode, fatal, deviations, asDocumented } = await inspector.inspect({});
    assert.deepEqual({ exitCode, fatal, deviations }, { exitCode: 0, fatal: [], deviations: [] });
    assert.ok(asDocumented > 190, `${asDocumented} expectations held`);
  });

  it('signs in by a header where the platform wants one', async () => {
    const { exitCode } = await inspector.inspect({}, { AUTH_MODE: 'bearer' });
    assert.equal(exitCode, 0);
  });

  it('tells every deviation of one run at once', async () => {
    const { exitCode, fatal, deviations } = await inspector.inspect({
      'POST /auth/v1/token refresh_token': changing((body) => ({ ...body, expires_in: '3600' })),
      'POST /api/chat/feedback': () => new Response('Not found', { status: 404 }),
      'GET /api/chat/history': changing((body) => ({ ...body, data: { ...body.data, total: undefined } })),
    });
    assert.equal(exitCode, 110);
    assert.deepEqual(fatal, ['POST /api/chat/feedback: expected 200, got 404 (are BASE_URL and ROUTE_PREFIX right?)']);
    assert.deepEqual(deviations, [
      'POST /auth/v1/token refresh_token: expires_in: expected count, got text',
      'GET /api/chat/history: data.total: expected count, got nothing',
      'POST /api/chat/feedback with an unknown rating: expected 400, got 404',
      'POST /api/chat/feedback with a comment of 501 characters: expected 400, got 404',
      'POST /api/chat/feedback without a session: expected 401, got 404',
    ]);
  });

  it('says that it did not come to its end when it is interrupted', async () => {
    const platform = await modelPlatform({
      'POST /api/chat': () => {
        k6.kill('SIGINT');
        return new Promise(() => {});
      },
    });
    const k6 = inspector.start({ BASE_URL: platform.baseUrl });
    const { exitCode, fatal } = await inspector.outcomeOf(k6);
    platform.close();
    assert.equal(exitCode, 105);
    assert.deepEqual(fatal, ['the contract test did not come to its end']);
  });

  it('looks only at the routes of the test that it is run for, and knows no other', async () => {
    const { exitCode, log } = await inspector.inspect({}, { CONTRACT_FOR: 'chess' });
    assert.equal(exitCode, 107);
    assert.match(log, /CONTRACT_FOR: there is no test \\?"chess\\?"; there are quick, chat, /);
  });

  it('sends nothing to a host that was not named', async () => {
    const { exitCode, log } = await inspector.outcomeOf(inspector.start({ BASE_URL: 'http://staging.example.com' }));
    assert.equal(exitCode, 107);
    assert.match(log, /staging\.example\.com was not named/);
  });
});

describe('one deviation stops the load when', () => {
  const page: Deviation = () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } });
  const foreign = [{ video_id: videoOf(CREATORS[1]), title: 'A video', timestamp: 1, relevance_score: 0.5 }];
  const cases: [why: string, at: RouteName, Deviation, line: string][] = [
    [
      'a web page answers',
      'GET /api/health',
      page,
      'GET /api/health: expected 200, got 200 with a web page (is BASE_URL the address of the API, and not of a page or a sign-in wall before it?)',
    ],
    [
      'a firewall challenges',
      'GET /api/health',
      () => new Response('<html>', { status: 403, headers: { 'Cf-Mitigated': 'challenge' } }),
      'GET /api/health: expected 200, got 403 (a firewall challenges us: have it let the test through, and set EXTRA_HEADERS)',
    ],
    [
      'the address redirects to another host',
      'GET /api/health',
      () => new Response(null, { status: 308, headers: { Location: 'https://www.example.com/api/health' } }),
      'GET /api/health: expected 200, got 308 (it redirects to another host, or in a circle: is BASE_URL the final address?)',
    ],
    [
      'the platform says that it is unhealthy',
      'GET /api/health',
      (answer) => new Response(answer.body, { status: 503 }),
      'GET /api/health: expected 200, got 503',
    ],
    [
      'test users can not sign in',
      'POST /auth/v1/token password',
      () => Response.json({ code: 400, error_code: 'invalid_credentials', msg: 'Invalid login' }, { status: 400 }),
      'POST /auth/v1/token password: expected 200, got 400 invalid_credentials (are the test users seeded there, with this LAUNCHGATE_PASSWORD_KEY?)',
    ],
    [
      'sign-ins from one address are limited, and the limit is met',
      'POST /auth/v1/token password',
      () => Response.json({ code: 429, error_code: 'over_request_rate_limit', msg: 'Too many' }, { status: 429 }),
      'POST /auth/v1/token password: expected 200, got 429 over_request_rate_limit (sign-ins are limited per address: wait a few minutes, or raise that limit for the test)',
    ],
    [
      "the student's quota is used up",
      'POST /api/chat',
      () => Response.json({ success: false, error: { code: 'CHAT_LIMIT_EXCEEDED', message: 'm' } }, { status: 403 }),
      "POST /api/chat: expected 200, got 403 CHAT_LIMIT_EXCEEDED (the test user's quota is used up: run `./launchgate data reset-usage`)",
    ],
    [
      'the app does not see the session',
      'POST /api/chat',
      () => Response.json({ error: 'Unauthorized', message: 'Sign in' }, { status: 401 }),
      'POST /api/chat: expected 200, got 401 Unauthorized (the app does not see the session: check SUPABASE_URL, AUTH_COOKIE_NAME and AUTH_MODE)',
    ],
    [
      'answers are empty',
      'POST /api/chat',
      changing((body) => ({ ...body, data: { ...body.data, content: ' ' } })),
      'POST /api/chat: data.content: expected text, got empty text',
    ],
    [
      'answers refer to videos of another creator',
      'POST /api/chat',
      changing((body) => ({ ...body, data: { ...body.data, video_references: foreign } })),
      "POST /api/chat: references to videos that are not the own creator's: expected 0, got 1",
    ],
    [
      'answers come from another creator',
      'POST /api/chat',
      changing((body) => ({ ...body, meta: { ...body.meta, creator_id: CREATORS[1] } })),
      'POST /api/chat: meta.creator_id: expected the own creator, got another creator',
    ],
    [
      'a conversation is not kept',
      'POST /api/chat',
      async (answer, { req }) => {
        const { session_id } = await req.json();
        const elsewhere = changing((body) => ({ ...body, data: { ...body.data, session_id: body.data.message_id } }));
        return session_id ? elsewhere(answer) : answer;
      },
      'POST /api/chat in a running conversation: session_id: expected the same session, got another session',
    ],
    [
      "a student can name another creator and see that one's videos",
      'POST /api/chat',
      async (answer, { req }) => {
        const { creator_id } = await req.json();
        if (creator_id !== CREATORS[1]) return answer;
        // biome-ignore lint/suspicious/noExplicitAny: the model's own answer
        const body: any = await answer.json();
        return Response.json({ ...body, data: { ...body.data, video_references: foreign } });
      },
      "POST /api/chat with another creator's id: references to that creator's videos: expected 0, got 1",
    ],
    [
      "anybody can read another user's conversation",
      'GET /api/chat/history',
      () => Response.json({ success: true, data: { session_id: 's', messages: [{ id: 'm' }], total: 1 } }),
      'GET /api/chat/history of another user: messages shown: expected 0, got 1',
    ],
  ];
  for (const [why, route, deviation, line] of cases) {
    it(why, async () => {
      const { exitCode, fatal } = await inspector.inspect({ [route]: deviation });
      assert.equal(exitCode, 110);
      assert.ok(fatal.includes(line), fatal.join('\n'));
    });
  }

  it('nobody listens', async () => {
    const platform = await modelPlatform();
    platform.close();
    const { exitCode, fatal } = await inspector.outcomeOf(inspector.start({ BASE_URL: platform.baseUrl }));
    assert.equal(exitCode, 110);
    assert.deepEqual(fatal, [
      'GET /api/health: expected 200, got no answer (the connection was refused: is the platform up, and the port of BASE_URL right?)',
    ]);
  });

  it('the anon key is not the one of the project', async () => {
    const { fatal } = await inspector.inspect({}, { SUPABASE_ANON_KEY: 'of-another-project' });
    assert.deepEqual(fatal, [
      "POST /auth/v1/token password: expected 200, got 401 Invalid API key (SUPABASE_ANON_KEY isn't this project's)",
    ]);
  });
});

describe('one deviation is listed, and stops nothing, when', () => {
  const cases: [why: string, at: RouteName, Deviation, line: string][] = [
    [
      'a message of 501 characters is taken',
      'POST /api/chat',
      (answer) => (answer.status === 400 ? Response.json({ success: true }) : answer),
      'POST /api/chat with 501 characters: expected 400, got 200',
    ],
    [
      'an empty message breaks the server',
      'POST /api/chat',
      (answer) => (answer.status === 400 ? Response.json({ error: 'Internal' }, { status: 500 }) : answer),
      'POST /api/chat with an empty message: expected 400, got 500 Internal',
    ],
    [
      'a request without a session is answered by a redirect to the sign-in page',
      'POST /api/chat',
      (answer) =>
        answer.status === 401 ? new Response(null, { status: 302, headers: { Location: 'http://x.test/' } }) : answer,
      'POST /api/chat without a session: expected 401, got 302',
    ],
    [
      "another user's history is refused by another status",
      'GET /api/chat/history',
      (answer) => (answer.status === 401 ? Response.json({ error: 'Forbidden' }, { status: 403 }) : answer),
      'GET /api/chat/history of another user: expected 401, got 403 Forbidden',
    ],
    [
      'the rate-limit headers are missing',
      'POST /api/chat',
      async (answer) => Response.json(await answer.json(), { status: answer.status }),
      'POST /api/chat: header X-RateLimit-Remaining: expected present, got absent',
    ],
    [
      'an error has no body',
      'POST /api/chat/feedback',
      (answer) => (answer.status === 400 ? new Response(null, { status: 400 }) : answer),
      'POST /api/chat/feedback with an unknown rating: body: expected named error, got none',
    ],
    [
      'wrong passwords are refused otherwise than by GoTrue',
      'POST /auth/v1/token password',
      (answer) => (answer.status === 400 ? new Response(answer.body, { status: 401 }) : answer),
      'POST /auth/v1/token password with a wrong password: expected 400, got 401 invalid_credentials',
    ],
  ];
  for (const [why, route, deviation, line] of cases) {
    it(why, async () => {
      const { exitCode, fatal, deviations } = await inspector.inspect({ [route]: deviation });
      assert.deepEqual({ exitCode, fatal }, { exitCode: 0, fatal: [] });
      assert.ok(deviations.includes(line), deviations.join('\n'));
    });
  }
});
