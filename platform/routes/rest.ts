/** Supabase's REST API (PostgREST), as far as supabase-js needs it to seed, count and clean test data. */
import type { Reply } from '../call.ts';
import { DatabaseError, type Result, type Row, type Statement, sql } from '../db/database.ts';
import { TABLES } from '../db/schema.ts';
import type { Platform } from '../platform.ts';
import { type Columns, RestError, TableQuery } from '../rest/query.ts';
import type { Endpoint, Method } from '../route.ts';
import { isServiceRole, keyProblem } from './keys.ts';

/** Arguments of the one function that can be called. */
const SEARCH_ARGUMENTS: Readonly<Record<string, string>> = {
  query_embedding: 'vector',
  match_threshold: 'float',
  match_count: 'int',
  filter_creator_id: 'uuid',
  filter_video_ids: 'uuid[]',
};

export function restRoutes(platform: Platform): Endpoint[] {
  const { database, cache } = platform;
  let known: Promise<ReadonlyMap<string, Columns>> | undefined;

  async function columnsOf(table: string): Promise<Columns> {
    known ??= readColumns();
    const columns = (await known).get(table);
    if (!columns) {
      throw new RestError(404, 'PGRST205', `Could not find the table 'public.${table}' in the schema cache`);
    }
    return columns;
  }

  async function readColumns(): Promise<ReadonlyMap<string, Columns>> {
    const [result] = await database.run([
      sql`select table_name, column_name, udt_name from information_schema.columns where table_schema = 'public'`,
    ]);
    const tables = new Map<string, Map<string, string>>(TABLES.map((table) => [table, new Map()]));
    for (const { table_name, column_name, udt_name } of result!.rows as Record<string, string>[]) {
      tables.get(table_name!)?.set(column_name!, udt_name!);
    }
    return tables;
  }

  async function read(request: Request, table: string): Promise<Reply> {
    const query = new URL(request.url).searchParams;
    const columns = await columnsOf(table);
    const counted =
      prefers(request, 'count=exact') || prefers(request, 'count=planned') || prefers(request, 'count=estimated');
    // Row-level security has no policies: whoever isn't the service role sees no rows.
    const visible = isServiceRole(platform, request);
    const select = new TableQuery(table, columns, query);
    const statements: Statement[] = [select.select()];
    if (counted) statements.push(new TableQuery(table, columns, query).count());
    const results = await database.run(statements);
    const rows = visible ? results[0]!.rows : [];
    const total = visible ? (results[1]?.rows[0]?.count as number | undefined) : 0;
    const headers = { 'Content-Range': contentRange(select.offset, rows.length, counted ? total : undefined) };
    return shaped(request, { status: 200, body: rows, headers });
  }

  async function insert(request: Request, table: string): Promise<Reply> {
    const body = await bodyOf(request);
    const resolution = prefers(request, 'resolution=merge-duplicates')
      ? 'merge'
      : prefers(request, 'resolution=ignore-duplicates')
        ? 'ignore'
        : undefined;
    const rows = Array.isArray(body) ? body : [body];
    if (rows.length === 0) return written(request, 201, { rows: [], count: 0 });
    return written(request, 201, await write(request, table, (query) => query.insert(rows, resolution)));
  }

  async function update(request: Request, table: string): Promise<Reply> {
    const body = await bodyOf(request);
    return written(request, 200, await write(request, table, (query) => query.update(body)));
  }

  async function remove(request: Request, table: string): Promise<Reply> {
    return written(request, 200, await write(request, table, (query) => query.delete()));
  }

  async function write(request: Request, table: string, build: (query: TableQuery) => Statement): Promise<Result> {
    const columns = await columnsOf(table);
    requireServiceRole(request, table);
    const statement = build(new TableQuery(table, columns, new URL(request.url).searchParams));
    const [result] = await database.run([statement]);
    cache.clear();
    return result!;
  }

  async function call(request: Request, name: string): Promise<Reply> {
    if (name !== 'match_video_chunks') {
      throw new RestError(404, 'PGRST202', `Could not find the function public.${name} in the schema cache`);
    }
    requireServiceRole(request, 'video_chunks');
    const given = Object.entries(await bodyOf(request)).filter(([, value]) => value !== null);
    const values: string[] = [];
    const named = given.map(([argument, value]) => {
      const type = Object.hasOwn(SEARCH_ARGUMENTS, argument) ? SEARCH_ARGUMENTS[argument] : undefined;
      if (!type) throw new RestError(404, 'PGRST202', `Could not find the parameter ${argument} of public.${name}`);
      values.push(argumentText(type, value));
      return `${argument} => $${values.length}::${type}`;
    });
    const text = `select * from match_video_chunks(${named.join(', ')})`;
    const [result] = await database.run([{ text, values, once: true }]);
    return shaped(request, { status: 200, body: result!.rows });
  }

  function requireServiceRole(request: Request, table: string): void {
    if (isServiceRole(platform, request)) return;
    throw new RestError(401, '42501', `new row violates row-level security policy for table "${table}"`);
  }

  const route = (
    method: Method,
    path: string,
    handle: (request: Request, name: string) => Promise<Reply>,
  ): Endpoint => ({
    name: `${method} ${path}`,
    method,
    path,
    handle: (request, params) => keyProblem(platform, request) ?? answered(() => handle(request, params.name ?? '')),
  });

  return [
    route('POST', '/rest/v1/rpc/:name', call),
    route('GET', '/rest/v1/:name', read),
    route('POST', '/rest/v1/:name', insert),
    route('PATCH', '/rest/v1/:name', update),
    route('DELETE', '/rest/v1/:name', remove),
  ];
}

async function bodyOf(request: Request): Promise<object> {
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) throw new RestError(400, 'PGRST102', 'Empty or invalid json');
  return body;
}

function argumentText(type: string, value: unknown): string {
  if (type === 'uuid[]') return `{${(value as string[]).join(',')}}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function prefers(request: Request, preference: string): boolean {
  return (request.headers.get('prefer') ?? '').includes(preference);
}

function contentRange(offset: number, length: number, total: number | undefined): string {
  return `${length === 0 ? '*' : `${offset}-${offset + length - 1}`}/${total ?? '*'}`;
}

/** What a write sends back: the rows when asked for, else only how many there were. */
function written(request: Request, status: number, { rows, count }: Result): Reply {
  const headers = { 'Content-Range': `*/${count}` };
  if (prefers(request, 'return=representation')) return shaped(request, { status, body: rows, headers });
  return { status: status === 200 ? 204 : status, headers };
}

/** One object instead of a list, where the client asks for exactly one. */
function shaped(request: Request, reply: Reply): Reply {
  if (!request.headers.get('accept')?.includes('vnd.pgrst.object')) return reply;
  const rows = reply.body as Row[];
  if (rows.length === 1) return { ...reply, body: rows[0] };
  const details = `The result contains ${rows.length} rows`;
  const message = 'Cannot coerce the result to a single JSON object';
  return { status: 406, body: { code: 'PGRST116', message, details, hint: null } };
}

/** Statuses of Postgres' errors as PostgREST gives them; anything else is 400. */
const STATUS_BY_SQLSTATE: Readonly<Record<string, number>> = { 23503: 409, 23505: 409, 53300: 503 };

async function answered(handle: () => Promise<Reply>): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof RestError) {
      return { status: error.status, body: { code: error.code, message: error.message, details: null, hint: null } };
    }
    if (!(error instanceof DatabaseError)) throw error;
    const status = STATUS_BY_SQLSTATE[error.code] ?? 400;
    const { code, message, detail } = error;
    return { status, body: { code, message, details: detail ?? null, hint: null } };
  }
}
