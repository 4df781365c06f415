import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Context } from 'hono';
import { changing, type Deviations, type Inspector, newInspector, type Outcome } from './inspecting.ts';
import type { Deviation } from './model-platform.ts';
import { CREATORS, idOf, USERS, videoOf } from './model-users.ts';

let inspector: Inspector;
before(async () => {
  inspector = await newInspector();
});
after(() => inspector.remove());

/** Answers with something else where the right answer has this status. */
function instead(of: number, status: number, body: object = status < 400 ? {} : { error: 'Other' }): Deviation {
  return (answer) => {
    if (answer.status !== of) return answer;
    return status === 204 ? new Response(null, { status }) : Response.json(body, { status });
  };
}

/** Changes the nth answer of this status, counted from 0. */
function nth(number: number, of: number, change: (answer: Response) => Response): Deviation {
  let seen = 0;
  return (answer) => (answer.status === of && seen++ === number ? change(answer) : answer);
}

/** Only where the request's body is so. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of any route
function where(is: (body: any) => boolean, deviation: Deviation): Deviation {
  return async (answer, context) => (is(await context.req.json()) ? deviation(answer, context) : answer);
}

/** Only where the URL's query is so. */
function asked(is: (query: (name: string) => string | undefined) => boolean, deviation: Deviation): Deviation {
  return (answer, context) => (is((name) => context.req.query(name)) ? deviation(answer, context) : answer);
}

/** Changes the body of refusals. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of any route
function changingRefusal(change: (body: any) => object): Deviation {
  return async (answer) => (answer.ok ? answer : Response.json(change(await answer.json()), { status: answer.status }));
}

/** A refresh token that was used is refused from then on, by whoever asks. */
function onlyOnce(): Deviation {
  const used = new Set<string>();
  return async (answer, { req }) => {
    const { refresh_token } = await req.json();
    if (used.has(refresh_token)) return Response.json({ error_code: 'refresh_token_already_used' }, { status: 400 });
    used.add(refresh_token);
    return answer;
  };
}

/** The nth use of a refresh token that is too old, counted from 0, goes well. */
function usedAgain(number: number): Deviation {
  let seen = 0;
  return async (answer) => {
    if (answer.ok) return answer;
    const body = (await answer.json()) as { error_code: string };
    const passes = body.error_code === 'refresh_token_already_used' && seen++ === number;
    return passes ? Response.json({}) : Response.json(body, { status: answer.status });
  };
}

const without =
  (name: string): Deviation =>
  (answer) => {
    const headers = new Headers(answer.headers);
    headers.delete(name);
    return new Response(answer.body, { status: answer.status, headers });
  };

const taken = (body: object = { success: true }) => Response.json(body);

/** What happens at one route and shows at another. */
function conversationWith(message: (context: Context) => Promise<object | undefined>): Deviations {
  let strange: object | undefined;
  return {
    'POST /api/chat': async (answer, context) => {
      if (answer.status === 401) strange ??= await message(context);
      return answer;
    },
    'GET /api/chat/history': changing((body) => ({
      ...body,
      data: { ...body.data, messages: [...body.data.messages, ...(strange ? [strange] : [])] },
    })),
  };
}

function conversationThatAStrangerRemoves(): Deviations {
  let removed = false;
  return {
    'DELETE /api/chat/session/:id': (answer, { req }) => {
      // The stranger is the first to be refused who says who it is.
      if (answer.status === 401 && req.header('cookie')) removed = true;
      return answer;
    },
    'GET /api/chat/history': (answer) => (removed ? Response.json({ error: 'Gone' }, { status: 404 }) : answer),
  };
}

function conversationThatStays(): Deviations {
  let removed = false;
  let kept: object = {};
  return {
    'DELETE /api/chat/session/:id': (answer) => {
      removed ||= answer.ok;
      return answer;
    },
    'GET /api/chat/history': async (answer) => {
      if (removed) return Response.json(kept);
      if (!answer.ok) return answer;
      kept = (await answer.json()) as object;
      return Response.json(kept);
    },
  };
}

type Case = [why: string, deviations: Deviations, line: string];

/** What one inspection says of as many cases as deviate at different routes: they don't get into each other's way. */
function inspectedTogether(cases: readonly Case[]): () => Promise<Outcome> {
  const deviations = Object.assign({}, ...cases.map(([, each]) => each)) as Deviations;
  let outcome: Promise<Outcome> | undefined;
  return () => {
    outcome ??= inspector.inspect(deviations);
    return outcome;
  };
}

/** Puts each case into the first group that deviates at none of its routes. */
function grouped(cases: readonly Case[]): Case[][] {
  const groups: Case[][] = [];
  const routes = ([, deviations]: Case) => Object.keys(deviations);
  for (const each of cases) {
    const isFree = (group: Case[]) => !group.flatMap(routes).some((route) => routes(each).includes(route));
    const group = groups.find(isFree);
    if (group) group.push(each);
    else groups.push([each]);
  }
  return groups;
}

describe('the load is stopped when', () => {
  const teacher = USERS.find(({ email }) => email === 'teacher@example.com')!;
  const last = USERS.at(-1)!;
  const dashboard = { enrollmentsByDate: [], messagesByDate: [], chatInsights: {} };
  const cases: Case[] = [
    [
      'Supabase tells another user',
      { 'GET /auth/v1/user': changing((body) => ({ ...body, id: 'another' })) },
      'GET /auth/v1/user: id: expected the own id, got another id',
    ],
    [
      'nobody can sign out',
      { 'POST /auth/v1/logout': instead(204, 500) },
      'POST /auth/v1/logout: expected 204, got 500 Other',
    ],
    [
      'conversations are not listed',
      { 'GET /api/chat': changing(() => ({ success: true, data: [] })) },
      'GET /api/chat: data: expected object, got list',
    ],
    [
      'a stranger writes into a conversation',
      conversationWith(async ({ req }) => {
        const { message, session_id } = await req.json();
        if (!session_id) return undefined;
        return { id: 'x', role: 'user', content: message, feedback: null, created_at: new Date().toISOString() };
      }),
      "POST /api/chat in another user's conversation: the message: expected absent, got written",
    ],
    [
      "a stranger's list has the conversation",
      {
        'GET /api/chat': (() => {
          let owners: object | undefined;
          return async (answer, context) => {
            if (!answer.ok) return answer;
            const body = (await answer.json()) as object;
            owners ??= body;
            return context.req.header('cookie') ? Response.json(owners) : answer;
          };
        })(),
      },
      'GET /api/chat of another user: the conversation: expected hidden, got shown',
    ],
    [
      'a stranger renames a conversation',
      {
        'GET /api/chat': changing((body) => ({
          ...body,
          data: {
            sessions: body.data.sessions.map(({ id }: { id: string }) => ({
              id,
              title: 'loadtest-title of a stranger',
            })),
          },
        })),
      },
      'PATCH /api/chat/session/:id of another user: title: expected unchanged, got changed',
    ],
    [
      'nobody can rename a conversation',
      { 'PATCH /api/chat/session/:id': instead(200, 500) },
      'PATCH /api/chat/session/:id: expected 200, got 500 Other',
    ],
    [
      'a stranger removes a conversation',
      conversationThatAStrangerRemoves(),
      'DELETE /api/chat/session/:id of another user: conversation: expected still there, got gone',
    ],
    [
      'nobody can remove a conversation',
      { 'DELETE /api/chat/session/:id': instead(200, 500) },
      'DELETE /api/chat/session/:id: expected 200, got 500 Other',
    ],
    [
      'there is no address to send a file to',
      { 'POST /api/video/upload-url': changing((body) => ({ ...body, uploadUrl: undefined })) },
      'POST /api/video/upload-url: uploadUrl: expected text, got nothing',
    ],
    [
      'files are to be sent to a host that was not named',
      { 'POST /api/video/upload-url': changing((body) => ({ ...body, uploadUrl: 'https://files.example.com/x' })) },
      'POST /api/video/upload-url: host of uploadUrl: expected named, got uploadUrl: files.example.com was not named; add it to LAUNCHGATE_TARGETS if you may load it.',
    ],
    [
      'no file can be sent',
      { 'PUT /storage/v1/object/upload/sign': instead(200, 403) },
      'PUT /storage/v1/object/upload/sign: expected 200, got 403 Other',
    ],
    [
      'no video can be published',
      { 'POST /api/video/create': instead(200, 500) },
      'POST /api/video/create: expected 200, got 500 Other',
    ],
    [
      'another video is published than was asked for',
      { 'POST /api/video/create': changing((body) => ({ ...body, video: { ...body.video, id: 'another' } })) },
      'POST /api/video/create: video.id: expected the video, got another',
    ],
    [
      "a creator publishes another's video",
      { 'POST /api/video/create': instead(404, 200, { success: true, video: { id: 'v' } }) },
      "POST /api/video/create of another creator's video: expected refused, got published",
    ],
    [
      'the state of a video is none that is known',
      { 'GET /api/video/status/:id': changing((body) => ({ ...body, status: 'done' })) },
      'GET /api/video/status/:id: status: expected pending or uploading or processing or completed or failed, got text',
    ],
    [
      "a creator sees another's video",
      {
        'GET /api/video/status/:id': (answer, { req }) =>
          answer.status === 404 ? Response.json({ videoId: req.path.split('/').at(-1), status: 'pending' }) : answer,
      },
      'GET /api/video/status/:id of another creator: expected hidden, got shown',
    ],
    [
      'videos are not listed',
      { 'GET /api/video/list': changing(({ videos: _, ...body }) => body) },
      'GET /api/video/list: videos: expected list, got nothing',
    ],
    [
      "a creator's list has another's videos",
      {
        'GET /api/video/list': changing((body) => ({
          ...body,
          videos: [...body.videos, { id: videoOf(CREATORS[1]), title: 'A video' }],
        })),
      },
      'GET /api/video/list: videos of another creator: expected 0, got 1',
    ],
    [
      'there is no dashboard',
      { 'GET /api/creator/analytics': changing(({ topVideos: _, ...body }) => body) },
      'GET /api/creator/analytics: topVideos: expected list, got nothing',
    ],
    [
      "a creator's dashboard names another's videos",
      {
        'GET /api/creator/analytics': instead(403, 200, {
          ...dashboard,
          topVideos: [{ id: videoOf(teacher.creatorId) }],
        }),
      },
      'GET /api/creator/analytics of another creator: expected hidden, got shown',
    ],
    [
      "a creator's dashboard is another's, and names no video",
      {
        'GET /api/creator/analytics': asked(
          (query) => query('creatorId') === teacher.creatorId,
          () => Response.json({ ...dashboard, topVideos: [], chatInsights: { totalMessages: 7 } }),
        ),
      },
      'GET /api/creator/analytics of another creator: expected hidden, got shown',
    ],
    [
      'there are no totals',
      { 'GET /api/creator/stats': instead(200, 500) },
      'GET /api/creator/stats: expected 200, got 500 Other',
    ],
    [
      'there are no events',
      { 'GET /api/calendar/events': changing((body) => ({ ...body, data: {} })) },
      'GET /api/calendar/events: data.events: expected list, got nothing',
    ],
    [
      "a student sees another's events",
      {
        'GET /api/calendar/events': instead(403, 200, {
          success: true,
          data: { events: [{ id: `event of ${last.email}` }] },
        }),
      },
      'GET /api/calendar/events of another student: events shown: expected 0, got 1',
    ],
    [
      'there is no balance',
      { 'GET /api/chronos/balance': changing((body) => ({ ...body, balance: '10' })) },
      'GET /api/chronos/balance: balance: expected number, got text',
    ],
    [
      "a quiz is made of another creator's video",
      { 'POST /api/assessments/quiz/generate': instead(404, 200) },
      "POST /api/assessments/quiz/generate about another creator's video: expected refused, got made",
    ],
  ];
  for (const [why, deviations, line] of cases) {
    it(why, async () => {
      const { exitCode, fatal } = await inspector.inspect(deviations);
      assert.equal(exitCode, 110);
      assert.ok(fatal.includes(line), fatal.join('\n'));
    });
  }
});

describe('it is listed, and stops nothing, when', () => {
  const refusalIs = (name: string, other: string): Deviation =>
    changingRefusal((body) => (body.error_code === name ? { ...body, error_code: other } : body));
  const last = USERS.at(-1)!;
  const cases: Case[] = [
    [
      'a wrong password has another error',
      { 'POST /auth/v1/token password': refusalIs('invalid_credentials', 'invalid_grant') },
      'POST /auth/v1/token password with a wrong password: error: expected invalid_credentials, got invalid_grant',
    ],
    [
      'a refresh token that nobody has is refused otherwise',
      { 'POST /auth/v1/token refresh_token': refusalIs('refresh_token_not_found', 'bad_token') },
      'POST /auth/v1/token refresh_token that nobody has: error: expected refresh_token_not_found, got bad_token',
    ],
    [
      'a malformed refresh token is refused otherwise',
      { 'POST /auth/v1/token refresh_token': refusalIs('validation_failed', 'bad_token') },
      'POST /auth/v1/token refresh_token that is malformed: error: expected validation_failed, got bad_token',
    ],
    [
      'a refresh token that was just replaced is not accepted again',
      { 'POST /auth/v1/token refresh_token': onlyOnce() },
      'POST /auth/v1/token refresh_token just replaced: expected 200, got 400',
    ],
    [
      'a refresh token may be used for ever',
      { 'POST /auth/v1/token refresh_token': usedAgain(0) },
      'POST /auth/v1/token refresh_token used long ago: expected 400, got 200',
    ],
    [
      'the family of a refresh token that was used again lives on',
      { 'POST /auth/v1/token refresh_token': usedAgain(1) },
      'POST /auth/v1/token refresh_token of a revoked family: expected 400, got 200',
    ],
    [
      'a refresh token outlives its session',
      {
        'POST /auth/v1/token refresh_token': where(
          ({ refresh_token }) => refresh_token !== 'aaaaaaaaaaaa',
          changingRefusal((body) => (body.error_code === 'refresh_token_not_found' ? { error_code: 'other' } : body)),
        ),
      },
      'POST /auth/v1/token refresh_token after sign-out: error: expected refresh_token_not_found, got other',
    ],
    [
      'the user is told to nobody',
      { 'GET /auth/v1/user': refusalIs('no_authorization', 'other') },
      'GET /auth/v1/user without a session: error: expected no_authorization, got other',
    ],
    [
      'a malformed token has another error',
      { 'GET /auth/v1/user': refusalIs('bad_jwt', 'other') },
      'GET /auth/v1/user with a malformed token: error: expected bad_jwt, got other',
    ],
    [
      'the user has another address',
      { 'GET /auth/v1/user': changing((body) => ({ ...body, email: 'x@example.com' })) },
      'GET /auth/v1/user: email: expected the own address, got another',
    ],
    [
      'the user is told after sign-out',
      { 'GET /auth/v1/user': instead(403, 200) },
      'GET /auth/v1/user after sign-out: expected 403, got 200',
    ],
    [
      'one can sign out twice',
      { 'POST /auth/v1/logout': instead(403, 204) },
      'POST /auth/v1/logout after sign-out: expected 403, got 204',
    ],
    [
      'the app goes on answering after sign-out',
      {
        'GET /api/chronos/balance': (answer, { req }) =>
          answer.status === 401 && req.header('cookie') ? taken() : answer,
      },
      'GET /api/chronos/balance after sign-out: expected 401, got 200',
    ],
    [
      'conversations are shown to nobody in particular',
      { 'GET /api/chat': instead(401, 200) },
      'GET /api/chat without a session: expected 401, got 200',
    ],
    [
      'the newest conversation is not in the list',
      { 'GET /api/chat': changing((body) => ({ ...body, data: { sessions: [] } })) },
      'GET /api/chat: the newest conversation: expected listed, got absent',
    ],
    [
      "another user's conversation may be written into, without effect",
      { 'POST /api/chat': where(({ session_id }) => session_id, instead(401, 200)) },
      "POST /api/chat in another user's conversation: expected a refusal, got 200",
    ],
    [
      'a history is read without saying which',
      { 'GET /api/chat/history': asked((query) => !query('session_id'), instead(400, 200)) },
      'GET /api/chat/history of no conversation: expected 400, got 200',
    ],
    [
      'a rating is not kept',
      {
        'GET /api/chat/history': changing((body) => ({
          ...body,
          data: { ...body.data, messages: body.data.messages.map((each: object) => ({ ...each, feedback: null })) },
        })),
      },
      'POST /api/chat/feedback: the rating: expected as given, got another',
    ],
    [
      "another user's answer may be rated, without effect",
      { 'POST /api/chat/feedback': instead(404, 200) },
      'POST /api/chat/feedback of another user: expected a refusal, got 200',
    ],
    [
      'a comment of 501 characters is taken',
      { 'POST /api/chat/feedback': where(({ comment }) => comment, instead(400, 200)) },
      'POST /api/chat/feedback with a comment of 501 characters: expected 400, got 200',
    ],
    [
      'a new title is not kept',
      {
        'GET /api/chat': changing((body) => ({
          ...body,
          data: { sessions: body.data.sessions.map(({ id }: { id: string }) => ({ id, title: 'As before' })) },
        })),
      },
      'PATCH /api/chat/session/:id: title: expected the new one, got another',
    ],
    [
      "another user's conversation may be renamed, without effect",
      { 'PATCH /api/chat/session/:id': instead(401, 200) },
      'PATCH /api/chat/session/:id of another user: expected a refusal, got 200',
    ],
    [
      'a conversation may be renamed by nobody in particular',
      { 'PATCH /api/chat/session/:id': instead(401, 200) },
      'PATCH /api/chat/session/:id without a session: expected 401, got 200',
    ],
    [
      "another user's conversation may be removed, without effect",
      { 'DELETE /api/chat/session/:id': instead(401, 200) },
      'DELETE /api/chat/session/:id of another user: expected a refusal, got 200',
    ],
    [
      'a conversation may be removed by nobody in particular',
      { 'DELETE /api/chat/session/:id': instead(401, 200) },
      'DELETE /api/chat/session/:id without a session: expected 401, got 200',
    ],
    [
      'a conversation that was removed can be read',
      conversationThatStays(),
      'DELETE /api/chat/session/:id: conversation: expected gone, got still there',
    ],
    [
      'an upload address lasts longer',
      { 'POST /api/video/upload-url': changing((body) => ({ ...body, expiresIn: 3600 })) },
      'POST /api/video/upload-url: expiresIn: expected 900, got 3600',
    ],
    [
      'a file goes into a folder that is not its creator’s',
      { 'POST /api/video/upload-url': changing((body) => ({ ...body, storagePath: 'all/original.mp4' })) },
      'POST /api/video/upload-url: storagePath: expected the own folder, got another',
    ],
    [
      'the storage that is left is not told',
      { 'POST /api/video/upload-url': changing((body) => ({ ...body, storage: { used: 0, limit: null } })) },
      'POST /api/video/upload-url: storage.limit: expected count, got null',
    ],
    [
      'a file needs no title',
      { 'POST /api/video/upload-url': where(({ title }) => !title, instead(400, 200)) },
      'POST /api/video/upload-url without a title: expected 400, got 200',
    ],
    [
      'a file needs no size',
      { 'POST /api/video/upload-url': where(({ fileSize }) => !fileSize, instead(400, 200)) },
      'POST /api/video/upload-url without a size: expected 400, got 200',
    ],
    [
      'a file that is no video has another error',
      { 'POST /api/video/upload-url': where(({ contentType }) => contentType !== 'video/mp4', instead(403, 403)) },
      'POST /api/video/upload-url of no video: error: expected UPLOAD_ERROR, got Other',
    ],
    [
      'a file of more than 2 GB is taken',
      { 'POST /api/video/upload-url': where(({ fileSize }) => fileSize > 2 ** 31, instead(403, 200)) },
      'POST /api/video/upload-url of more than 2 GB: expected 403, got 200',
    ],
    [
      'a file over the quota is taken',
      { 'POST /api/video/upload-url': where(({ fileSize }) => fileSize === 1_000_001, instead(403, 200)) },
      'POST /api/video/upload-url over the quota: expected 403, got 200',
    ],
    [
      'a student may ask for an address',
      {
        'POST /api/video/upload-url': changingRefusal((body) =>
          body.error === 'Creator account not found' ? { error: 'Forbidden' } : body,
        ),
      },
      'POST /api/video/upload-url of a student: error: expected Creator account not found, got Forbidden',
    ],
    [
      'anybody may ask for an address',
      { 'POST /api/video/upload-url': instead(401, 200) },
      'POST /api/video/upload-url without a session: expected 401, got 200',
    ],
    [
      'a published video has no title',
      { 'POST /api/video/create': changing(({ video, ...body }) => ({ ...body, video: { ...video, title: '' } })) },
      'POST /api/video/create: video.title: expected text, got empty text',
    ],
    [
      'a student may publish',
      { 'POST /api/video/create': instead(403, 200, {}) },
      'POST /api/video/create of a student: expected 403, got 200',
    ],
    [
      'anybody may publish',
      { 'POST /api/video/create': instead(401, 200, {}) },
      'POST /api/video/create without a session: expected 401, got 200',
    ],
    [
      'progress is beyond 100 per cent',
      { 'GET /api/video/status/:id': changing((body) => ({ ...body, progress: 101 })) },
      'GET /api/video/status/:id: progress: expected 0 to 100, got 101',
    ],
    [
      "another creator's video is refused otherwise",
      { 'GET /api/video/status/:id': nth(0, 404, () => Response.json({ error: 'Forbidden' }, { status: 403 })) },
      "GET /api/video/status/:id of another creator's video: expected 404, got 403 Forbidden",
    ],
    [
      'a video that is none has a state',
      { 'GET /api/video/status/:id': nth(1, 404, () => Response.json({ status: 'pending' })) },
      'GET /api/video/status/:id of no video: expected 404, got 200',
    ],
    [
      'a student may look at the state of a video',
      { 'GET /api/video/status/:id': instead(403, 200, {}) },
      'GET /api/video/status/:id of a student: expected 403, got 200',
    ],
    [
      'anybody may look at the state of a video',
      { 'GET /api/video/status/:id': instead(401, 200, {}) },
      'GET /api/video/status/:id without a session: expected 401, got 200',
    ],
    [
      'the list of videos is not told in pages',
      { 'GET /api/video/list': changing(({ hasMore: _, ...body }) => body) },
      'GET /api/video/list: hasMore: expected boolean, got nothing',
    ],
    [
      'a page has more videos than were asked for',
      { 'GET /api/video/list': changing((body) => ({ ...body, videos: [...body.videos, ...body.videos] })) },
      'GET /api/video/list with limit=1: videos: expected 1, got 2',
    ],
    [
      'the list of videos lacks the own ones',
      { 'GET /api/video/list': changing((body) => ({ ...body, videos: [{ id: 'x', title: 'x' }] })) },
      'GET /api/video/list: own videos: expected some, got none',
    ],
    [
      'videos can not be listed by their state',
      { 'GET /api/video/list': asked((query) => query('status') === 'uploading', instead(200, 400)) },
      'GET /api/video/list with status=uploading: expected 200, got 400',
    ],
    [
      'a student may list videos',
      { 'GET /api/video/list': instead(403, 200, {}) },
      'GET /api/video/list of a student: expected 403, got 200',
    ],
    [
      'anybody may list videos',
      { 'GET /api/video/list': instead(401, 200, {}) },
      'GET /api/video/list without a session: expected 401, got 200',
    ],
    [
      'dashboards lack a part',
      { 'GET /api/creator/analytics': changing(({ chatInsights: _, ...body }) => body) },
      'GET /api/creator/analytics: chatInsights: expected present, got nothing',
    ],
    [
      'dashboards must not be cached',
      { 'GET /api/creator/analytics': without('Cache-Control') },
      'GET /api/creator/analytics: header Cache-Control: expected s-maxage=600, got none',
    ],
    [
      'a period is not known',
      { 'GET /api/creator/analytics': asked((query) => query('period') === '90d', instead(200, 400)) },
      'GET /api/creator/analytics of 90d: expected 200, got 400',
    ],
    [
      'a dashboard is shown without saying whose',
      { 'GET /api/creator/analytics': instead(400, 200, {}) },
      'GET /api/creator/analytics without creatorId: expected 400, got 200',
    ],
    [
      'anybody may see a dashboard',
      { 'GET /api/creator/analytics': instead(401, 200, {}) },
      'GET /api/creator/analytics without a session: expected 401, got 200',
    ],
    [
      'totals must not be cached',
      { 'GET /api/creator/stats': without('Cache-Control') },
      'GET /api/creator/stats: header Cache-Control: expected s-maxage=300, got none',
    ],
    [
      'anybody may see totals',
      { 'GET /api/creator/stats': instead(401, 200, {}) },
      'GET /api/creator/stats without a session: expected 401, got 200',
    ],
    [
      'events are not counted',
      { 'GET /api/calendar/events': changing((body) => ({ ...body, data: { events: body.data.events } })) },
      'GET /api/calendar/events: data.totalCount: expected count, got nothing',
    ],
    [
      'events are shown without saying whose',
      { 'GET /api/calendar/events': asked((query) => query('studentId') !== idOf(last), instead(400, 200, {})) },
      'GET /api/calendar/events without studentId: expected 400, got 200',
    ],
    [
      'anybody may see events',
      { 'GET /api/calendar/events': instead(401, 200, {}) },
      'GET /api/calendar/events without a session: expected 401, got 200',
    ],
    [
      'a balance lacks a part',
      { 'GET /api/chronos/balance': changing(({ usdValue: _, ...body }) => body) },
      'GET /api/chronos/balance: usdValue: expected number, got nothing',
    ],
    [
      'anybody may see a balance',
      { 'GET /api/chronos/balance': instead(401, 200, {}) },
      'GET /api/chronos/balance without a session: expected 401, got 200',
    ],
    [
      'no quiz is made',
      { 'POST /api/assessments/quiz/generate': instead(200, 500) },
      'POST /api/assessments/quiz/generate: expected 200, got 500 Other',
    ],
    [
      'quizzes know no bounds',
      { 'POST /api/assessments/quiz/generate': where(({ videoIds }) => videoIds.length === 0, instead(400, 200)) },
      'POST /api/assessments/quiz/generate about no video: expected 400, got 200',
    ],
    [
      'a quiz may be about more than 10 videos',
      { 'POST /api/assessments/quiz/generate': where(({ videoIds }) => videoIds.length > 10, instead(400, 200)) },
      'POST /api/assessments/quiz/generate about 11 videos: expected 400, got 200',
    ],
    [
      'a quiz may have fewer than 3 questions',
      { 'POST /api/assessments/quiz/generate': where(({ options }) => options.questionCount < 3, instead(400, 200)) },
      'POST /api/assessments/quiz/generate of 2 questions: expected 400, got 200',
    ],
    [
      'a quiz may have more than 20 questions',
      { 'POST /api/assessments/quiz/generate': where(({ options }) => options.questionCount > 20, instead(400, 200)) },
      'POST /api/assessments/quiz/generate of 21 questions: expected 400, got 200',
    ],
    [
      'a quiz may be of any difficulty',
      {
        'POST /api/assessments/quiz/generate': where(
          ({ options }) => options.difficulty === 'impossible',
          instead(400, 200),
        ),
      },
      'POST /api/assessments/quiz/generate of an unknown difficulty: expected 400, got 200',
    ],
    [
      'anybody may have a quiz made',
      { 'POST /api/assessments/quiz/generate': instead(401, 200) },
      'POST /api/assessments/quiz/generate without a session: expected 401, got 200',
    ],
  ];
  for (const group of grouped(cases)) {
    const outcome = inspectedTogether(group);
    for (const [why, , line] of group) {
      it(why, async () => {
        const { exitCode, fatal, deviations } = await outcome();
        assert.deepEqual({ exitCode, fatal }, { exitCode: 0, fatal: [] });
        assert.ok(deviations.includes(line), deviations.join('\n'));
      });
    }
  }
});

it('a load test has only those routes looked at that it uses', async () => {
  const deviations: Deviations = {
    'GET /api/creator/stats': instead(200, 500),
    'POST /api/video/create': instead(200, 500),
  };
  for (const [test, exitCode] of Object.entries({ chat: 0, mixed: 110, video: 110, auth: 0 })) {
    assert.equal((await inspector.inspect(deviations, { CONTRACT_FOR: test })).exitCode, exitCode, test);
  }
});
