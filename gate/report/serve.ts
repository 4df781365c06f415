/** Serves results/ on loopback, so that reports can be looked at from a browser that may not open files. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';

/** Nothing else is handed out. */
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.xml': 'application/xml; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.gz': 'application/gzip',
};

export interface ServedResults {
  /** e.g. `http://127.0.0.1:40123` */
  url: string;
  server: Server;
}

/**
 * Serves the files of a folder on 127.0.0.1. Requests by another host name are refused: a page elsewhere could
 * otherwise read the results through a name that it points here.
 * @param port 0 takes any that is free
 * @throws Error with one clear line when the port is taken
 */
export async function serveResults(results: string, port: number): Promise<ServedResults> {
  const root = await realpath(results);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => refuse(response, 500, 'This file could not be read.'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`port ${port} can't be used (${error.code}); choose another with --port.`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, server };

  async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host } = request.headers;
    if (host !== `127.0.0.1:${portOf(server)}` && host !== `localhost:${portOf(server)}`) {
      return refuse(response, 421, 'These results are served to this machine only.');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET.');
    const path = await fileOf(root, request.url ?? '/');
    if (!path) return refuse(response, 404, 'There is no such result.');
    response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[extname(path)] });
    if (request.method === 'HEAD') response.end();
    else createReadStream(path).pipe(response);
  }
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

/** The file that a URL means; undefined when there is none under `root`, or none that is handed out. */
async function fileOf(root: string, url: string): Promise<string | undefined> {
  try {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const path = await realpath(join(root, pathname === '/' ? 'index.html' : decodeURIComponent(pathname)));
    const inside = path.startsWith(root + sep) && extname(path) in TYPES;
    return inside && (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
