import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import type { RouteName } from '../../src/wire/routes.ts';
import { encodedPart, sessionCookieName, sessionCookieValue } from '../../src/wire/session-cookie.ts';

export const CREATORS = ['creator-a', 'creator-b'] as const;
/** The student who looks, and another creator's. */
export const STUDENTS = { 'last@example.com': CREATORS[0], 'other@example.com': CREATORS[1] };
/** One video each. */
export const videoOf = (creatorId: string) => `${creatorId}-video`;

/** Changes what the model answers on one route: gets the right answer and gives back another one. */
export type Deviation = (answer: Response, context: Context) => Response | Promise<Response>;

export interface ModelPlatform {
  baseUrl: string;
  close(): void;
}

/** Answers on loopback as PLATFORM.md says, from memory, but for the deviations. */
export async function modelPlatform(deviations: Partial<Record<RouteName, Deviation>> = {}): Promise<ModelPlatform> {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    const deviation = deviations[await routeOf(context)];
    if (!deviation) return;
    const answer = context.res;
    // Hono would carry headers over from one to the next.
    context.res = undefined;
    context.res = await deviation(answer, context);
  });
  addSignIn(app);
  addChat(app);
  app.get('/api/health', (context) =>
    context.json({
      status: 'healthy',
      timestamp: new Date().toISOString(),
      checks: { database: { status: 'ok', latency: 1 }, cache: { status: 'ok', latency: 1 } },
    }),
  );
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

function addSignIn(app: Hono): void {
  const refreshTokens = new Map<string, string>();
  app.post('/auth/v1/token', async (context) => {
    if (context.req.header('apikey') !== 'launchgate-embedded-anon-key') {
      return context.json({ message: 'Invalid API key' }, 401);
    }
    const body = await context.req.json();
    const email = body.refresh_token ? refreshTokens.get(body.refresh_token) : body.email;
    if (!email || !(email in STUDENTS) || body.password === 'not-the-password') {
      return context.json({ code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' }, 400);
    }
    const refreshToken = randomUUID().slice(0, 12);
    refreshTokens.set(refreshToken, email);
    return context.json({
      access_token: email,
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: Math.floor(Date.now() / 1000) + 3600,
      refresh_token: refreshToken,
      user: { id: email, email, role: 'authenticated' },
    });
  });
}

function addChat(app: Hono): void {
  const sessions = new Map<string, { owner: string; messages: object[] }>();

  app.post('/api/chat', async (context) => {
    const user = userOf(context);
    if (!user) return unauthorized(context);
    const { message, session_id } = await context.req.json();
    if (typeof message !== 'string' || message.length < 1 || message.length > 500) return invalid(context);
    const sessionId = session_id ?? randomUUID();
    const creatorId = STUDENTS[user];
    const reference = { video_id: videoOf(creatorId), title: 'A video', timestamp: 12, relevance_score: 0.9 };
    const session = sessions.get(sessionId) ?? { owner: user, messages: [] };
    sessions.set(sessionId, session);
    const sent = { video_references: [], feedback: null, created_at: new Date().toISOString() };
    const answer = { ...sent, id: randomUUID(), role: 'assistant', content: 'Yes.', video_references: [reference] };
    session.messages.push({ ...sent, id: randomUUID(), role: 'user', content: message }, answer);
    context.header('X-RateLimit-Limit', '10');
    context.header('X-RateLimit-Remaining', '9');
    context.header('X-RateLimit-Reset', '1790000000');
    return context.json({
      success: true,
      data: { message_id: answer.id, content: 'Yes.', video_references: [reference], session_id: sessionId },
      meta: {
        creator_id: creatorId,
        usage: { tier: 'BASIC', remaining: 99, is_free_tier: false, upgrade_required: false, message: '' },
        chronos_awarded: 10,
        chronos_balance: 10,
      },
    });
  });

  app.get('/api/chat/history', (context) => {
    const user = userOf(context);
    const sessionId = context.req.query('session_id') ?? '';
    const session = sessions.get(sessionId);
    if (!user || session?.owner !== user) return unauthorized(context);
    return context.json({
      success: true,
      data: { session_id: sessionId, messages: session.messages, total: session.messages.length },
    });
  });

  app.post('/api/chat/feedback', async (context) => {
    if (!userOf(context)) return unauthorized(context);
    const { feedback } = await context.req.json();
    return ['positive', 'negative'].includes(feedback) ? context.json({ success: true }) : invalid(context);
  });
}

/** An access token of the model is the address itself. */
function userOf(context: Context): keyof typeof STUDENTS | undefined {
  const cookie = encodedPart(sessionCookieValue(sessionCookieName('127.0.0.1'), getCookie(context)) ?? '');
  const token = cookie
    ? JSON.parse(Buffer.from(cookie, 'base64url').toString()).access_token
    : context.req.header('authorization')?.replace('Bearer ', '');
  return token in STUDENTS ? token : undefined;
}

function unauthorized(context: Context): Response {
  const error = { name: 'AuthenticationError', message: 'Sign in', code: 'AUTHENTICATION_ERROR', statusCode: 401 };
  return context.json({ error }, 401);
}

function invalid(context: Context): Response {
  return context.json({ error: 'Invalid request', message: 'The message must have 1 to 500 characters.' }, 400);
}

async function routeOf({ req }: Context): Promise<RouteName> {
  const grant = req.query('grant_type');
  return `${req.method} ${req.path}${grant ? ` ${grant}` : ''}` as RouteName;
}
