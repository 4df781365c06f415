/**
 * Another platform: other paths, a sign-in of its own, bearer tokens, other bodies, and answers that are streamed as
 * server-sent events. It knows the users of fixtures/users.csv, and nothing of launchgate's own platform.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import papaparse from 'papaparse';
import { passwordFrom, type UserRow, type VideoRow } from '../../src/wire/fixtures.ts';
import { readSettings } from '../../src/wire/settings.ts';

/** ms from a question to the first word of its answer, and from there to the next words. */
const THINKING_MS = 120;
const SPEAKING_MS = 40;
const WORDS = ['Hold', ' the', ' brush', ' flat'];

export interface Tutor {
  url: string;
  /** What was asked for, as `PUT /v2/assistant/answers/:id/vote`. */
  asked: ReadonlySet<string>;
  close(): void;
}

/** @param wholeAnswers so many answers come whole; streams after them break off before their end */
export async function tutorPlatform({ wholeAnswers = Number.POSITIVE_INFINITY } = {}): Promise<Tutor> {
  const asked = new Set<string>();
  const tutor = new Answering(wholeAnswers, asked);
  const server = createServer((request, response) => void tutor.answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${portOf(server)}`, asked, close: () => closed(server) };
}

interface Turn {
  id: string;
  by: 'you' | 'tutor';
  text: string;
}

class Answering {
  readonly #users = new Map(rows<UserRow>('users').map((user) => [user.email, user]));
  readonly #videos = rows<VideoRow>('videos');
  /** By its token. */
  readonly #signedIn = new Map<string, UserRow>();
  readonly #threads = new Map<string, { owner: string; turns: Turn[] }>();
  readonly #asked: Set<string>;
  #wholeLeft: number;

  constructor(wholeAnswers: number, asked: Set<string>) {
    this.#wholeLeft = wholeAnswers;
    this.#asked = asked;
  }

  async answer(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? '';
    const route = `${request.method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, ':id')}`;
    this.#asked.add(route);
    const body = request.method === 'GET' ? {} : ((await json(request).catch(() => ({}))) as Record<string, string>);
    if (route === 'GET /status') {
      response.end('all good');
      return;
    }
    if (route === 'POST /v2/login') return this.#signIn(body, response);
    const user = this.#signedIn.get(request.headers.authorization?.replace('Bearer ', '') ?? '');
    if (!user) return reply(response, 401, { problem: 'who are you?' });
    const id = path.split('/')[4] ?? '';
    if (route === 'POST /v2/assistant/ask') return this.#speak(user, body, response);
    if (route === 'GET /v2/assistant/threads/:id') return this.#showThread(user, id, response);
    if (route === 'PUT /v2/assistant/answers/:id/vote') return reply(response, 200, { counted: true });
    reply(response, 404, { problem: 'no such route' });
  }

  #signIn({ user: email = '', pass }: Record<string, string>, response: ServerResponse) {
    const user = this.#users.get(email);
    if (!user || pass !== passwordOf(email)) return reply(response, 401, { problem: 'wrong user or pass' });
    const jwt = randomUUID();
    this.#signedIn.set(jwt, user);
    reply(response, 201, { jwt, validForSeconds: 3_600, who: user.user_id });
  }

  async #speak(user: UserRow, { text, thread }: Record<string, string>, response: ServerResponse) {
    if (!text) return reply(response, 422, { problem: 'say something' });
    const threadId = thread ?? randomUUID();
    const talk = this.#threads.get(threadId) ?? { owner: user.user_id, turns: [] };
    if (talk.owner !== user.user_id) return reply(response, 404, { problem: 'no such thread' });
    this.#threads.set(threadId, talk);
    const id = randomUUID();
    talk.turns.push({ id: randomUUID(), by: 'you', text }, { id, by: 'tutor', text: WORDS.join('') });
    await wait(THINKING_MS);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const word of WORDS) {
      response.write(`event: words\ndata: ${JSON.stringify({ word })}\n\n`);
      await wait(SPEAKING_MS);
    }
    this.#wholeLeft -= 1;
    if (this.#wholeLeft < 0) {
      response.end();
      return;
    }
    const sources = this.#videos.filter(({ creator_id }) => creator_id === user.creator_id).slice(0, 2);
    const end = { id, thread: threadId, sources: sources.map(({ video_id }) => video_id) };
    response.end(`event: end\ndata: ${JSON.stringify(end)}\n\n`);
  }

  #showThread({ user_id }: UserRow, id: string, response: ServerResponse) {
    const talk = this.#threads.get(id);
    if (talk?.owner !== user_id) return reply(response, 404, { problem: 'no such thread' });
    reply(response, 200, { thread: id, turns: talk.turns });
  }
}

function passwordOf(email: string): string {
  const { LAUNCHGATE_PASSWORD_KEY } = readSettings({});
  return passwordFrom(createHmac('sha256', LAUNCHGATE_PASSWORD_KEY).update(email).digest('hex'));
}

function rows<Row>(name: string): Row[] {
  return papaparse.parse<Row>(readFileSync(`fixtures/${name}.csv`, 'utf8'), { header: true, skipEmptyLines: true })
    .data;
}

function reply(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): void {
  server.closeAllConnections();
  server.close();
}
