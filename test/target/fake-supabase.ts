/**
 * As much of a Supabase project as seeding needs, in memory, with a way to make it fail: what a healthy project does is
 * tested against the embedded platform.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SERVICE_KEY = 'service-key-of-the-fake';

type Row = Record<string, unknown>;

interface FakeRequest {
  method: string;
  path: string;
  /** Table of a REST request. */
  table: string | undefined;
  /** Requests so far, this one included. */
  number: number;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** An answer to give instead, or a cut of the connection before or after the request was carried out. */
type Fault = Answer | 'cut before' | 'cut after' | undefined;

export class FakeSupabase {
  readonly tables = new Map<string, Row[]>();
  readonly users = new Map<string, { id: string; email: string; password: string }>();
  readonly files = new Set<string>();
  /** `table.column` that the schema lacks, or a whole table. */
  readonly missing = new Set<string>();
  requests: FakeRequest[] = [];
  fault: (request: FakeRequest) => Fault = () => undefined;
  /** Most rows that one answer carries, as PostgREST's max-rows. */
  maxRows = 1_000;

  url = '';
  private readonly server = createServer((request, response) => void this.handle(request, response));

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  rows(table: string): Row[] {
    const rows = this.tables.get(table) ?? [];
    this.tables.set(table, rows);
    return rows;
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url!, this.url);
    const table = /^\/rest\/v1\/(\w+)$/.exec(url.pathname)?.[1];
    const request = { method: incoming.method!, path: url.pathname, table, number: this.requests.length + 1 };
    this.requests.push(request);
    const body = await readJson(incoming);
    const fault = this.fault(request);
    if (fault === 'cut before') return void incoming.socket.destroy();
    const answer = typeof fault === 'object' ? fault : this.answer(incoming, url, table, body);
    if (fault === 'cut after') return void incoming.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined || incoming.method === 'HEAD' ? undefined : JSON.stringify(answer.body));
  }

  private answer(incoming: IncomingMessage, url: URL, table: string | undefined, body: unknown): Answer {
    if (incoming.headers.apikey !== SERVICE_KEY) return { status: 401, body: { message: 'Invalid API key' } };
    if (table) return this.rest(incoming, url.searchParams, table, body);
    if (url.pathname.startsWith('/auth/v1/')) return this.auth(incoming.method!, url, body as Row);
    return this.storage(
      incoming.method!,
      body as { prefix: string; prefixes: string[]; limit: number; offset: number },
    );
  }

  private rest(incoming: IncomingMessage, query: URLSearchParams, table: string, body: unknown): Answer {
    if (this.missing.has(table))
      return { status: 404, body: { code: 'PGRST205', message: `Could not find the table` } };
    const selected = query.get('select')?.split(',') ?? [];
    const lacking = selected.find((column) => this.missing.has(`${table}.${column}`));
    if (lacking) {
      return { status: 400, body: { code: '42703', message: `column ${table}.${lacking} does not exist` } };
    }
    const rows = this.rows(table);
    const matches = matcher(query);
    const found = rows.filter(matches);
    switch (incoming.method) {
      case 'POST':
        return upsert(rows, body as Row[], (query.get('on_conflict') ?? 'id').split(','));
      case 'PATCH':
        for (const row of found) Object.assign(row, body);
        return { status: 204, headers: { 'content-range': `*/${found.length}` } };
      case 'DELETE':
        this.tables.set(
          table,
          rows.filter((row) => !matches(row)),
        );
        return { status: 204, headers: { 'content-range': `*/${found.length}` } };
      default: {
        const from = Number(query.get('offset') ?? 0);
        const page = found.slice(from, from + Math.min(this.maxRows, Number(query.get('limit') ?? this.maxRows)));
        const picked = page.map((row) => Object.fromEntries(selected.map((column) => [column, row[column]])));
        return { status: 200, headers: { 'content-range': `*/${found.length}` }, body: picked };
      }
    }
  }

  private auth(method: string, url: URL, body: Row): Answer {
    const id = /\/admin\/users\/(.+)$/.exec(url.pathname)?.[1];
    if (url.pathname.endsWith('/token')) {
      const user = [...this.users.values()].find(({ email }) => email === body.email);
      if (user?.password !== body.password) {
        return {
          status: 400,
          body: { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
        };
      }
      return { status: 200, body: grant(user!) };
    }
    if (method === 'DELETE') return this.users.delete(id!) ? { status: 200, body: {} } : { status: 404, body: {} };
    if (method === 'POST') {
      const { id: wanted, email, password } = body as Record<string, string>;
      if ([...this.users.values()].some((user) => user.email === email)) {
        return { status: 422, body: { code: 422, error_code: 'email_exists', msg: 'already registered' } };
      }
      this.users.set(wanted!, { id: wanted!, email: email!, password: password! });
      return { status: 200, body: { id: wanted, email } };
    }
    const size = Number(url.searchParams.get('per_page'));
    const from = (Number(url.searchParams.get('page')) - 1) * size;
    return { status: 200, body: { users: [...this.users.values()].slice(from, from + size), aud: 'authenticated' } };
  }

  private storage(method: string, body: { prefix: string; prefixes: string[]; limit: number; offset: number }): Answer {
    if (method === 'DELETE') {
      for (const path of body.prefixes) this.files.delete(path);
      return { status: 200, body: [] };
    }
    const inside = [...this.files].filter((path) => path.startsWith(`${body.prefix}/`));
    const entries = new Map(
      inside.map((path) => {
        const [name, ...rest] = path.slice(body.prefix.length + 1).split('/');
        return [name, { name, id: rest.length > 0 ? null : path }];
      }),
    );
    return { status: 200, body: [...entries.values()].slice(body.offset, body.offset + body.limit) };
  }
}

function upsert(rows: Row[], incoming: Row[], conflict: string[]): Answer {
  const keyOf = (row: Row) => conflict.map((column) => row[column]).join(' ');
  if (new Set(incoming.map(keyOf)).size < incoming.length) {
    const message = 'ON CONFLICT DO UPDATE command cannot affect row a second time';
    return { status: 400, body: { code: '21000', message } };
  }
  const there = new Map(rows.map((row) => [keyOf(row), row]));
  for (const row of incoming) {
    const same = there.get(keyOf(row));
    if (same) Object.assign(same, row);
    else rows.push(row);
  }
  return { status: 201 };
}

function matcher(query: URLSearchParams): (row: Row) => boolean {
  const tests = [...query].flatMap(([column, condition]) => {
    const list = /^in\.\((.*)\)$/.exec(condition)?.[1];
    if (list !== undefined) {
      const values = new Set(list.split(',').map((value) => value.replace(/^"|"$/g, '')));
      return [(row: Row) => values.has(String(row[column]))];
    }
    const pattern = /^like\.(.*)$/.exec(condition)?.[1];
    if (pattern === undefined) return [];
    const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('%', '.*')}$`);
    return [(row: Row) => expression.test(String(row[column]))];
  });
  return (row) => tests.every((test) => test(row));
}

function grant(user: { id: string; email: string }) {
  const now = Math.floor(Date.now() / 1_000);
  return {
    access_token: `access-of-${user.email}`,
    token_type: 'bearer',
    expires_in: 3_600,
    expires_at: now + 3_600,
    refresh_token: 'abcdefghijkl',
    user: { id: user.id, email: user.email, role: 'authenticated' },
  };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of incoming) text += part;
  return text === '' ? undefined : JSON.parse(text);
}
