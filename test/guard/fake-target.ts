/** A target that lets everybody in and can be told to answer like an enemy. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FakeTarget {
  readonly port: number;
  /** Requests since the last look. */
  visits(): number;
  /** From now on what is answered first; where it answers nothing, the target is friendly. */
  behave(answer: Answerer): void;
  close(): void;
}

export type Answerer = (request: IncomingMessage, response: ServerResponse, body: string) => boolean;

const FRIENDLY: Answerer = () => false;

export async function fakeTarget(host = '127.0.0.1'): Promise<FakeTarget> {
  let seen = 0;
  let answerer = FRIENDLY;
  const server = createServer(async (request, response) => {
    seen += 1;
    const body = await text(request).catch(() => '');
    if (!answerer(request, response, body)) friendly(request, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    visits() {
      const visits = seen;
      seen = 0;
      return visits;
    },
    behave(answer) {
      answerer = answer;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function friendly({ url = '' }: IncomingMessage, response: ServerResponse): void {
  if (url.startsWith('/api/health')) json(response, 200, { status: 'healthy' });
  else json(response, 200, url.startsWith('/auth/v1/token') ? token() : { success: true });
}

let given = 0;

export function token() {
  given += 1;
  const expires_at = Math.floor(Date.now() / 1_000) + 3_600;
  const user = { id: 'somebody', email: 'somebody@example.com', role: 'authenticated' };
  const tokens = { access_token: `access-token-${given}`, refresh_token: `refresh-${given}` };
  return { ...tokens, token_type: 'bearer', expires_in: 3_600, expires_at, user };
}
