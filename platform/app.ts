/**
 * The platform's routes behind one door: names, sessions, error bodies, headers and measurements are the same for all.
 */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { authenticate } from './auth/authenticate.ts';
import { Call, type Reply } from './call.ts';
import { internalError, Refusal } from './errors.ts';
import type { Platform } from './platform.ts';
import { hashOf, Random } from './random.ts';
import type { AppRoute, Params } from './route.ts';
import { authRoutes } from './routes/auth.ts';
import { chatRoutes } from './routes/chat.ts';
import { dashboardRoutes } from './routes/dashboards.ts';
import { mediaRoutes } from './routes/media.ts';
import { quizRoutes } from './routes/quiz.ts';
import { restRoutes } from './routes/rest.ts';
import { storageRoutes } from './routes/storage.ts';
import { healthRoute, systemRoutes } from './routes/system.ts';
import { videoRoutes } from './routes/video.ts';

type NodeContext = Context<{ Bindings: HttpBindings }>;

/** @param named is told which route a response belongs to, by its name in ROUTES */
export function createApp(platform: Platform, named: (response: object, route: string) => void) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const failures = new Random(hashOf(platform.options.seed, 'failures'));

  const appRoutes = [...chatRoutes, ...videoRoutes, ...dashboardRoutes, ...quizRoutes, healthRoute];
  const endpoints = [authRoutes, storageRoutes, restRoutes, mediaRoutes, systemRoutes].flatMap((of) => of(platform));
  for (const route of appRoutes) {
    app.on(route.method, platform.options.routePrefix + route.path, async (c) => {
      named(c.env.outgoing, route.name);
      const fails = failures.next() < platform.switches.failureShare && route.session;
      return send(c, await appReply(platform, route, c, fails));
    });
  }
  for (const endpoint of endpoints) {
    app.on(endpoint.method, endpoint.path, async (c) => {
      const { name } = endpoint;
      named(c.env.outgoing, typeof name === 'string' ? name : name(c.req.raw));
      return send(c, await endpoint.handle(c.req.raw, c.req.param() as Params, c.env.incoming));
    });
  }
  app.notFound((c) => c.json({ error: 'Not Found', message: `There is no ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => send(c, internalError(error).reply));
  return app;
}

async function appReply(platform: Platform, route: AppRoute, c: NodeContext, fails: boolean): Promise<Reply> {
  const call = new Call(platform, c.req.raw, c.req.param() as Params);
  let reply: Reply;
  try {
    if (fails) throw new Error('failed on purpose (switch failureShare)');
    if (route.session) call.signIn(await authenticate(call));
    reply = await route.handle(call);
  } catch (error) {
    reply = (error instanceof Refusal ? error : internalError(error)).reply;
  } finally {
    call.end();
  }
  platform.metrics.appRequest(route.name, call.timing.of('auth'), call.queries);
  return { ...reply, headers: { ...call.headers, ...reply.headers, 'Server-Timing': call.timing.header() } };
}

function send(c: NodeContext, { status, body, headers: own = {} }: Reply): Response {
  const code = status as ContentfulStatusCode;
  const headers = { 'X-Content-Type-Options': 'nosniff', ...own };
  if (body === undefined) return c.body(null, code, headers);
  if (typeof body === 'string' || body instanceof Uint8Array) return c.body(body as string, code, headers);
  return c.body(JSON.stringify(body), code, { 'Content-Type': 'application/json', ...headers });
}
