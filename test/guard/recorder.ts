/**
 * Stands between launchgate and a platform, and remembers what nobody else may: passwords that were sent, tokens that were
 * given.
 */
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Canary } from './canaries.ts';

export interface Recorder {
  readonly url: string;
  canaries(): Canary[];
  close(): void;
}

const KEPT = ['password', 'access_token', 'refresh_token'] as const;

/** @param url of the platform */
export async function recorder(url: string): Promise<Recorder> {
  const seen = new Map<string, string>();
  const remember = (body: Buffer) => {
    try {
      const content = JSON.parse(body.toString()) as Record<string, unknown>;
      for (const name of KEPT) {
        const value = content[name];
        // The wrong password of the contract test is none.
        if (typeof value === 'string' && value !== 'not-the-password') seen.set(value, name.replace('_', ' '));
      }
    } catch {
      // No JSON: no password and no token.
    }
  };
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    if (incoming.url?.startsWith('/auth/')) remember(body);
    const { method, headers } = incoming;
    send(url + incoming.url, { method, headers: { ...headers, host: new URL(url).host } }, async (answer) => {
      const answered = await buffer(answer);
      if (incoming.url?.startsWith('/auth/')) remember(answered);
      const { 'transfer-encoding': _, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, kept).end(answered);
    })
      .on('error', () => outgoing.writeHead(502).end())
      .end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    canaries: () => [...seen].map(([value, name], index) => ({ name: `${name} ${index + 1}`, value })),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
