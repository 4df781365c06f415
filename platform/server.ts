/** The HTTP server: loopback only, and it measures what every request really took. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { isLoopback, parseTarget } from '../src/wire/guard.ts';
import { PHASE_HEADER, RUN_HEADER } from '../src/wire/routes.ts';
import { createApp } from './app.ts';
import type { Platform } from './platform.ts';
import { StartError } from './start-error.ts';

/** Longer than any pause of a virtual user, so that no connection is closed under a request. */
const KEEP_ALIVE_MS = 10 * 60_000;
/** What a client that went away is counted as. */
const CLIENT_GONE = 499;
const HOST = '127.0.0.1';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface PlatformServer {
  readonly url: string;
  /** From now on requests are answered; before, they get 503. */
  serve(platform: Platform): void;
  close(): void;
}

/**
 * Listens, before anything else is prepared: a port that is taken should be known at once.
 * @throws StartError when the port can't be had
 */
export async function listen(port: number): Promise<PlatformServer> {
  let answer: Listener = starting;
  const loopbackHosts = new Set<string>();
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    if (!loopbackHosts.has(host)) {
      // A page in a browser must not reach the platform by a name of its own that points here.
      if (!namesLoopback(host)) return refuse(response, 403, 'The Host header must name this machine.');
      if (loopbackHosts.size < 100) loopbackHosts.add(host);
    }
    answer(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  await bound(server, port);
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${HOST}:${actualPort}`,
    serve(platform) {
      answer = measured(platform);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function measured(platform: Platform): Listener {
  const routes = new WeakMap<object, string>();
  const app = createApp(platform, (response, route) => routes.set(response, route));
  const listener = getRequestListener(app.fetch);
  return (request, response) => {
    const start = performance.now();
    let ended = false;
    const end = (status: number) => {
      if (ended) return;
      ended = true;
      const ms = performance.now() - start;
      const route = routes.get(response) ?? 'other';
      platform.metrics.request(route, status, ms);
      const run = request.headers[RUN_NAME];
      if (typeof run === 'string') {
        platform.truth.record(run, route, String(request.headers[PHASE_NAME] ?? ''), ms, status);
      }
    };
    response.once('finish', () => end(response.statusCode));
    response.once('close', () => end(CLIENT_GONE));
    listener(request, response);
  };
}

const RUN_NAME = RUN_HEADER.toLowerCase();
const PHASE_NAME = PHASE_HEADER.toLowerCase();

function starting(_request: IncomingMessage, response: ServerResponse): void {
  refuse(response, 503, 'The platform is starting.');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ error: message }));
}

function namesLoopback(host: string): boolean {
  const parsed = parseTarget(`http://${host}/`);
  return parsed.ok && isLoopback(parsed.origin.host);
}

function bound(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is in use; choose another with --port, or 0 for any free one' : error.message;
      reject(new StartError(`Port ${port} ${why}.`));
    });
    server.listen({ port, host: HOST, backlog: 4096 }, resolve);
  });
}
