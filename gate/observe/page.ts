/** One GET, with every way in which it can go wrong in a few words. */
import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { LOOK_MS } from './source.ts';

export type Page =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
      /** Unix ms by the server's clock, as far as it tells; else by ours. */
      readonly serverMs: number;
    }
  | { readonly ok: false; readonly problem: string };

/** Exporters of a few hundred series answer some 100 KB. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Fetches a page whole; redirects are not followed.
 * @returns any answer, whatever its status, or why there was none
 */
export function fetchPage(url: string, headers: Readonly<Record<string, string>>, timeoutMs = LOOK_MS): Promise<Page> {
  return new Promise((done) => {
    const failed = (problem: string) => done({ ok: false, problem });
    const request = (url.startsWith('https:') ? https : http).get(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MOST_BYTES) request.destroy(new Error('it answers more than 8 MB'));
      });
      response.on('end', () =>
        done({
          ok: true,
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
          serverMs: Date.parse(response.headers.date ?? '') || Date.now(),
        }),
      );
      response.on('error', (error) => failed(reasonOf(error)));
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`it did not answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    request.on('error', (error) => failed(reasonOf(error)));
    request.on('close', () => clearTimeout(timer));
  });
}

/** The host of a URL and its port, as people know it. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

/** A connection that failed, in words. */
export function reasonOf(error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }): string {
  // A name with several addresses fails with an error that gathers one for each.
  const code = error.code ?? error.errors?.[0]?.code;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known to DNS';
    case 'ECONNRESET':
      return 'it closed the connection';
    default:
      return code ? `it can't be reached (${code})` : error.message;
  }
}
