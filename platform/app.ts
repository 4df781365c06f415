/**
 * The platform's routes behind one door: names, sessions, error bodies, headers and measurements are the same for all.
 */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { authenticate } from './auth/authenticate.ts';
import { Call, type Reply } from './call.ts';
import { AppError } from './errors.ts';
import type { Platform } from './platform.ts';
import { hashOf, Random } from './random.ts';
import type { AppRoute, Endpoint } from './route.ts';
import { authRoutes } from './routes/auth.ts';
import { chatRoutes } from './routes/chat.ts';
import { QuotaExceeded } from './routes/chat-quota.ts';
import { healthRoute, systemRoutes } from './routes/system.ts';

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** @param named is told which route a response belongs to, by its name in ROUTES */
export function createApp(platform: Platform, named: (response: object, route: string) => void) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const failures = new Random(hashOf(platform.options.seed, 'failures'));

  for (const route of [...chatRoutes, healthRoute]) {
    app.on(route.method, platform.options.routePrefix + route.path, async (c) => {
      named(c.env.outgoing, route.name);
      const fails = failures.next() < platform.switches.failureShare && route.session;
      return send(c, await appReply(platform, route, c, fails));
    });
  }
  for (const endpoint of [...authRoutes(platform), ...systemRoutes(platform)] satisfies Endpoint[]) {
    app.on(endpoint.method, endpoint.path, async (c) => {
      const { name } = endpoint;
      named(c.env.outgoing, typeof name === 'string' ? name : name(c.req.raw));
      return send(c, await endpoint.handle(c.req.raw, c.req.param()));
    });
  }
  app.notFound((c) => c.json({ error: 'Not Found', message: `There is no ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => c.json(internalError(error).body, 500));
  return app;
}

async function appReply(platform: Platform, route: AppRoute, c: NodeContext, fails: boolean): Promise<Reply> {
  const call = new Call(platform, c.req.raw, c.req.param() as Record<string, string>);
  let reply: Reply;
  try {
    if (fails) throw new Error('failed on purpose (switch failureShare)');
    if (route.session) call.signIn(await authenticate(call));
    reply = await route.handle(call);
  } catch (error) {
    reply = refusal(error);
  } finally {
    call.end();
  }
  platform.metrics.appRequest(route.name, call.timing.of('auth'), call.queries);
  return { ...reply, headers: { ...call.headers, ...reply.headers, 'Server-Timing': call.timing.header() } };
}

function refusal(error: unknown): Reply {
  if (error instanceof AppError) return { status: error.status, body: error.body(), headers: error.headers };
  if (error instanceof QuotaExceeded) return error.reply;
  return internalError(error);
}

function internalError(error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, body: new AppError(500, 'InternalError', 'INTERNAL_ERROR', message).body() };
}

function send(c: NodeContext, { status, body, headers = {} }: Reply): Response {
  if (body === undefined) return c.body(null, status as 204, headers);
  if (typeof body === 'string') return c.body(body, status as 200, headers);
  return c.body(JSON.stringify(body), status as 200, { 'Content-Type': 'application/json', ...headers });
}
