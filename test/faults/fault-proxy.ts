/**
 * A proxy in front of a platform that does what networks, load balancers and dying servers do, and remembers what it did.
 * Requests that are harmed are every nth, so that their number is no luck.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PHASE_HEADER } from '../../src/wire/routes.ts';
import type { KeyPair } from './certificates.ts';

/**
 * slow: the answer trickles in within SLOW_MS; endless: it never ends; stall: nothing happens for STALL_MS, then the
 * platform is asked.
 */
export type Harm =
  | 'reset'
  | 'half'
  | 'slow'
  | 'endless'
  | 'stall'
  | 'wrong JSON'
  | 'redirect loop'
  | 'redirect elsewhere';

/** What became of a request. `torn`: no answer, since the door was shut or the platform died; `hop`: of a redirect loop. */
export type Outcome = Harm | 'answered' | 'client error' | 'server error' | 'torn' | 'hop';

/** One request that came in. */
export interface Dealt {
  readonly phase: string;
  /** `POST /api/chat` */
  readonly route: string;
  readonly outcome: Outcome;
  /**
   * Go's HTTP client, which k6 uses, sends a GET again by itself when a connection that it had kept breaks before the
   * answer: k6 knows of the second one only.
   */
  readonly isSentAgain: boolean;
}

/** Longer than the limit of a chat answer, and shorter than k6's patience of 30 s. */
export const SLOW_MS = 8_000;
export const STALL_MS = 30_000;
const DRIP_MS = 100;
/** Marks a request that follows a redirect of ours. */
const HOP = 'fault-hop=';

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export class FaultProxy {
  /** Of the platform. */
  upstream: string;
  readonly record: Dealt[] = [];
  /** Called before a request is dealt with. */
  onRequest: (request: { phase: string; route: string }) => void = () => undefined;
  /** Where redirects elsewhere lead. */
  private readonly elsewhere: Server;
  /** Requests that came there: none, ever. */
  strayed = 0;
  /** Whether connections were ended from outside: then some requests were never seen here. */
  hungUp = false;
  private server: Server | TlsServer | undefined;
  private port = 0;
  private readonly keyPair: KeyPair | undefined;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly sockets = new Set<Socket>();
  private readonly busy = new Set<Socket>();
  private readonly served = new WeakMap<Socket, number>();
  private harm: { what: Harm; oneIn: number; spares: readonly string[] } | undefined;
  private counted = 0;
  private wrongs = 0;

  private constructor(upstream: string, keyPair: KeyPair | undefined) {
    this.upstream = upstream;
    this.keyPair = keyPair;
    this.elsewhere = createServer((_, response) => {
      this.strayed++;
      response.end('{}');
    });
  }

  /** @param keyPair speaks TLS with it */
  static async start(upstream: string, keyPair?: KeyPair): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream, keyPair);
    await listening(proxy.elsewhere, 0);
    await proxy.open();
    return proxy;
  }

  get url(): string {
    return `${this.keyPair ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  /** From now on every nth request is harmed; @param spares routes that never are */
  begin(what: Harm, oneIn = 1, spares: readonly string[] = []): void {
    this.harm = { what, oneIn, spares };
  }

  /** Nothing listens any more, and what was under way breaks off. */
  shut(): void {
    this.server?.close();
    this.hangUp();
  }

  async open(): Promise<void> {
    const deal = (request: IncomingMessage, response: ServerResponse) =>
      void this.deal(request, response).catch(() => tear(request.socket));
    this.server = this.keyPair ? createTlsServer({ ...this.keyPair }, deal) : createServer(deal);
    this.server.keepAliveTimeout = 10 * 60_000;
    this.server.requestTimeout = 0;
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    this.port = await listening(this.server, this.port);
  }

  /** Shows another certificate from now on, to everybody. */
  present(keyPair: KeyPair): void {
    (this.server as TlsServer).setSecureContext(keyPair);
    this.hangUp();
  }

  stop(): void {
    this.shut();
    for (const socket of this.sockets) socket.destroy();
    this.elsewhere.close();
    this.agent.destroy();
  }

  /** Connections on which nothing is under way get to deliver what was written. */
  private hangUp(): void {
    this.hungUp = true;
    for (const socket of this.sockets) {
      if (this.busy.has(socket)) tear(socket);
      else socket.destroySoon();
    }
  }

  private async deal(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket, url = '/', method = 'GET' } = request;
    const phase = String(request.headers[PHASE_HEADER.toLowerCase()] ?? '');
    const route = `${method} ${url.split('?')[0]}`;
    this.onRequest({ phase, route });
    const isKept = this.served.has(socket);
    this.served.set(socket, 1);
    const harm = url.includes(HOP) ? undefined : this.harmOf(route);
    const entry = { phase, route, outcome: (harm ?? 'torn') as Outcome, isSentAgain: false };
    const breaks = () => {
      entry.isSentAgain = isKept && method === 'GET' && !response.headersSent;
    };
    this.record.push(entry);
    this.busy.add(socket);
    response.once('close', () => {
      this.busy.delete(socket);
      if (entry.outcome === 'torn') breaks();
    });
    const body = await buffer(request);
    if (url.includes(HOP)) {
      entry.outcome = 'hop';
      return redirect(
        response,
        url.replace(/\d+$/, (hop) => String(Number(hop) + 1)),
        302,
      );
    }
    switch (harm) {
      case 'reset':
        breaks();
        return tear(socket);
      case 'redirect loop':
        return redirect(response, `${url}${url.includes('?') ? '&' : '?'}${HOP}1`, this.counted % 2 ? 302 : 307);
      case 'redirect elsewhere': {
        const { port } = this.elsewhere.address() as AddressInfo;
        return redirect(response, `${this.counted % 2 ? 'http:' : ''}//127.0.0.1:${port}${url}`, 302);
      }
      case 'wrong JSON':
        return this.answerWrongly(route, await this.forward(request, body), response);
      case 'stall':
        if (await closedWithin(response, STALL_MS)) return;
        break;
    }
    const answer = await this.forward(request, body);
    if (harm === 'half') return answerHalf(answer, response);
    if (harm === 'slow') return drip(answer, response, SLOW_MS);
    if (harm === 'endless') return drip(answer, response, Number.POSITIVE_INFINITY);
    response.once('finish', () => {
      if (entry.outcome === 'torn') entry.outcome = outcomeOf(answer.status);
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private harmOf(route: string): Harm | undefined {
    if (!this.harm || this.harm.spares.includes(route)) return undefined;
    return this.counted++ % this.harm.oneIn === 0 ? this.harm.what : undefined;
  }

  private forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, url, headers } = request;
    return new Promise((done, failed) => {
      const onward = send(`${this.upstream}${url}`, { method, headers, agent: this.agent }, (answer) => {
        buffer(answer).then(
          (text) => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          failed,
        );
      });
      onward.on('error', failed).end(body);
    });
  }

  /** JSON that ends in the middle, and a web page; of chat answers, whose bodies are read, an empty one and another API's, too. */
  private answerWrongly(route: string, { status, headers, body }: Answer, response: ServerResponse): void {
    const wrongs = [
      body.subarray(0, body.length / 2),
      '<!doctype html><title>Welcome</title>',
      '',
      '{"hello":"world"}',
    ];
    const wrong = wrongs[this.wrongs++ % (route === 'POST /api/chat' ? wrongs.length : 2)]!;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(wrong) }).end(wrong);
  }
}

function outcomeOf(status: number): Outcome {
  if (status < 400) return 'answered';
  return status < 500 ? 'client error' : 'server error';
}

/** RST in place of FIN where there is a plain connection to send it on. */
function tear(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

function redirect(response: ServerResponse, location: string, status: number): void {
  response.writeHead(status, { location }).end();
}

function answerHalf({ status, headers, body }: Answer, response: ServerResponse): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
}

/** Headers at once, then the body in drops; all but its last byte when it is to take for ever. */
async function drip({ status, headers, body }: Answer, response: ServerResponse, ms: number): Promise<void> {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  const drops = ms === Number.POSITIVE_INFINITY ? body.length : Math.ceil(ms / DRIP_MS);
  const size = Math.max(1, Math.floor(body.length / drops));
  for (let drop = 0; drop < drops && !response.destroyed; drop++) {
    const isLast = drop === drops - 1;
    if (isLast && ms === Number.POSITIVE_INFINITY) return;
    response.write(body.subarray(drop * size, isLast ? undefined : (drop + 1) * size));
    await sleep(DRIP_MS);
  }
  response.end();
}

/** Whether the client went away meanwhile. */
async function closedWithin(response: ServerResponse, ms: number): Promise<boolean> {
  const over = new AbortController();
  response.once('close', () => over.abort());
  await sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
  return over.signal.aborted;
}

function listening(server: Server | TlsServer, port: number): Promise<number> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
}
