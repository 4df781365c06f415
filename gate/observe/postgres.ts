/** The platform's Postgres, asked directly. It is only ever read, in read-only transactions, over one connection. */
import { Client, DatabaseError } from 'pg';
import type { Look } from '../../src/wire/looks.ts';
import { LOOK_EVERY_MS, type SignalValue } from '../../src/wire/signals.ts';
import { reasonOf } from './page.ts';
import { LOOK_MS, type Source } from './source.ts';

/** Postgres' code for "too many clients" and for reserved slots. */
const TOO_MANY_CONNECTIONS = '53300';

/**
 * Everybody's connections but our own, of those that are there for everybody. A role without pg_read_all_stats sees
 * other people's rows, but not what kind of backend they are.
 */
const CONNECTIONS = `
select (select count(*) from pg_stat_activity where datid is not null and pid <> pg_backend_pid()
        and coalesce(backend_type, 'client backend') = 'client backend')::float8 as used,
  (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
   - coalesce(current_setting('reserved_connections', true)::int, 0))::float8 as allowed`;

/** Where the extension is, if it is there: Supabase keeps extensions in a schema of their own. */
const STATEMENTS_VIEW = `
select quote_ident(nspname) || '.pg_stat_statements' as view
from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_stat_statements'`;

/** The distance operators of pgvector, and PLATFORM.md's function around them. */
const VECTOR_QUERIES = ['%<=>%', '%<->%', '%<#>%', '%match\\_video\\_chunks%'];

interface Calls {
  readonly calls: number;
  readonly ms: number;
}

/** @param url DATABASE_URL */
export function postgres(url: string): Source {
  let client: Client | undefined;
  let before: Calls | undefined;

  async function connected(): Promise<Client> {
    if (client) return client;
    const made = new Client({
      connectionString: url,
      application_name: 'launchgate',
      connectionTimeoutMillis: LOOK_MS,
      query_timeout: LOOK_MS,
    });
    // Between two looks the server may go away; the next look finds out.
    made.on('error', () => {
      client = undefined;
    });
    await made.connect();
    client = made;
    return made;
  }

  async function disconnect(): Promise<void> {
    const ended = client;
    client = undefined;
    await ended?.end().catch(() => undefined);
  }

  return {
    name: `Postgres of ${databaseHost(url)}`,
    everyMs: LOOK_EVERY_MS,
    async look(): Promise<Look> {
      try {
        const open = await connected();
        // A pooler may give every transaction another connection: nothing is set beyond one.
        await open.query('begin read only');
        const connections = await connectionsOf(open);
        const statements = await statementsOf(open);
        await open.query('rollback');
        const vector = statements && before ? meanOf(before, statements) : [];
        before = statements;
        return { values: [connections, ...vector] };
      } catch (error) {
        await disconnect();
        return failedLook(error as Error);
      }
    },
    close: disconnect,
  };
}

async function connectionsOf(client: Client): Promise<SignalValue> {
  const { rows } = await client.query<{ used: number; allowed: number }>(CONNECTIONS);
  const { used, allowed } = rows[0]!;
  return { signal: 'db_connections_used_ratio', value: used / allowed, ageMs: 0 };
}

/** Calls of vector searches and their time, since the statistics began; undefined where they aren't kept. */
async function statementsOf(client: Client): Promise<Calls | undefined> {
  const found = await client.query<{ view: string }>(STATEMENTS_VIEW);
  const view = found.rows[0]?.view;
  if (!view) return undefined;
  await client.query('savepoint statements');
  try {
    const { rows } = await client.query<Calls>(
      `select coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(total_exec_time), 0)::float8 as ms
       from ${view} where query like any($1)`,
      [VECTOR_QUERIES],
    );
    return rows[0];
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    // Not loaded by the server, or not for this role.
    await client.query('rollback to savepoint statements');
    return undefined;
  }
}

/** Nothing when there was no search since, or the statistics were reset. */
function meanOf(before: Calls, now: Calls): SignalValue[] {
  const calls = now.calls - before.calls;
  return calls > 0 ? [{ signal: 'vector_query_ms', value: (now.ms - before.ms) / calls, ageMs: 0 }] : [];
}

function failedLook(error: Error): Look {
  if (error instanceof DatabaseError) {
    const values: SignalValue[] =
      error.code === TOO_MANY_CONNECTIONS ? [{ signal: 'db_connections_used_ratio', value: 1, ageMs: 0 }] : [];
    return { values, problem: `it refuses: ${error.message}` };
  }
  if (/timeout/i.test(error.message)) return { values: [], problem: `it did not answer within ${LOOK_MS / 1_000} s` };
  return { values: [], problem: reasonOf(error) };
}

/** Never the user name or password. */
function databaseHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'this machine' : 'DATABASE_URL';
}
