/**
 * The limited routes of the platform and nothing behind them: it answers at once, so that a whole inspection takes
 * seconds. Windows and limiters are the embedded platform's own, the faulty ones too.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import Papa from 'papaparse';
import { LIMITERS } from '../../platform/faulty-limiters.ts';
import { createWindows, limitHeaders, retryAfterSeconds } from '../../platform/limits.ts';
import type { UserRow } from '../../src/wire/fixtures.ts';
import type { LimitName, Limits } from '../../src/wire/limits.ts';
import { encodedPart, sessionCookieName, sessionCookieValue } from '../../src/wire/session-cookie.ts';

export interface LimitedPlatform {
  url: string;
  close(): void;
}

export async function limitedPlatform(limiter: keyof typeof LIMITERS, limits: Limits): Promise<LimitedPlatform> {
  const users = new Map(fixtureUsers().map((user) => [user.email, user]));
  const windows = createWindows(limits);
  const asked = new Map<string, number>();
  const app = new Hono();

  app.get('/api/health', (context) => context.json({ status: 'healthy' }));
  app.post('/auth/v1/token', async (context) => {
    const { email } = await context.req.json();
    return context.json({
      access_token: email,
      token_type: 'bearer',
      expires_in: 3_600,
      expires_at: Math.floor(Date.now() / 1000) + 3_600,
      refresh_token: 'abcdefghijkl',
      user: { id: users.get(email)!.user_id, email, role: 'authenticated' },
    });
  });
  app.post('/api/chat', (context) => limited(context, 'chat', (user) => chatStatus(user)));
  app.post('/api/video/upload-url', (context) => limited(context, 'upload', () => 200));
  app.post('/api/assessments/quiz/generate', (context) => limited(context, 'quiz', () => 404));
  app.get('/api/chronos/balance', (context) => limited(context, 'api', () => 200));

  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };

  async function limited(context: Context, name: LimitName, statusFor: (user: UserRow) => 200 | 403 | 404) {
    const user = users.get(sessionOf(context).access_token)!;
    const allowed = limits[name].allowed[user.tier];
    if (allowed === 'closed') return context.json({ error: { code: 'AUTHORIZATION_ERROR' } }, 403);
    if (allowed !== 'none') {
      const now = Date.now();
      const decision = await LIMITERS[limiter](windows[name], user.user_id, allowed, now);
      for (const [key, value] of Object.entries(limitHeaders(decision, now))) context.header(key, value);
      if (!decision.allowed) {
        const retryAfter = retryAfterSeconds(decision, now);
        return context.json({ error: { code: 'RATE_LIMIT_EXCEEDED', statusCode: 429, retryAfter } }, 429);
      }
    }
    const status = statusFor(user);
    return context.json(status === 403 ? { error: { code: 'CHAT_LIMIT_EXCEEDED' } } : {}, status);
  }

  function chatStatus({ user_id, tier }: UserRow): 200 | 403 {
    const quota = limits.chatQuota[tier];
    const before = asked.get(user_id) ?? 0;
    if (typeof quota === 'number' && before >= quota) return 403;
    asked.set(user_id, before + 1);
    return 200;
  }
}

function sessionOf(context: Context): { access_token: string } {
  const value = sessionCookieValue(sessionCookieName('127.0.0.1'), getCookie(context))!;
  return JSON.parse(Buffer.from(encodedPart(value)!, 'base64url').toString());
}

function fixtureUsers(): UserRow[] {
  return Papa.parse<UserRow>(readFileSync('fixtures/users.csv', 'utf8'), { header: true, skipEmptyLines: true }).data;
}
