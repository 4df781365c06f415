import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { RouteName } from '../../src/wire/routes.ts';
import { addAuth } from './model-auth.ts';
import { addChat } from './model-chat.ts';
import { addPages } from './model-pages.ts';
import { Sessions } from './model-users.ts';
import { addVideos } from './model-videos.ts';

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
    const deviation = deviations[routeOf(context)];
    if (!deviation) return;
    const answer = context.res;
    // Hono would carry headers over from one to the next.
    context.res = undefined;
    context.res = await deviation(answer, context);
  });
  const sessions = new Sessions();
  addAuth(app, sessions);
  addChat(app, sessions);
  addVideos(app, sessions);
  addPages(app, sessions);
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

function routeOf({ req }: Context): RouteName {
  const grant = req.query('grant_type');
  const path = req.path
    .replace(/^(\/api\/(?:chat\/session|video\/status))\/.+/, '$1/:id')
    .replace(/^(\/storage\/v1\/object\/upload\/sign)\/.+/, '$1');
  return `${req.method} ${path}${grant ? ` ${grant}` : ''}` as RouteName;
}
