/**
 * A real Postgres on this machine instead of PGlite (PLATFORM_DATABASE_URL). Its tables are made anew at every start, so
 * nothing of anybody else's may be in the database.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Fixtures } from '../fixtures.ts';
import type { Options } from '../options.ts';
import { StartError } from '../start-error.ts';
import { columnValue, type Database, DatabaseError, type Result, type Statement, sql } from './database.ts';
import { HNSW_SQL, IVFFLAT_SQL, schemaSql, TABLES } from './schema.ts';
import { CHUNK_COLUMNS, type Chunk, chunks, fixtureStatements } from './seed.ts';

/** Says that the database is ours. */
const MARKER_SCHEMA = 'launchgate_embedded';
const CHUNKS_AT_A_TIME = 250;

/**
 * Makes tables and rows.
 * @throws StartError when the server can't be reached, has no pgvector, or holds somebody's tables
 */
export async function openPostgres(
  options: Pick<Options, 'databaseUrl' | 'switches' | 'seed'>,
  fixtures: Fixtures | undefined,
  progress: (text: string) => void,
): Promise<Database> {
  const { default: driver } = await import('pg');
  const { switches, seed } = options;
  const pool = new driver.Pool({
    connectionString: options.databaseUrl,
    max: switches.connectionLimit,
    connectionTimeoutMillis: 10_000,
    options: '-c timezone=UTC',
    types: { getTypeParser: (type: number) => (text: string) => columnValue(type, text) } as pg.CustomTypesConfig,
  });
  // A connection that dies while idle; the next query opens another.
  pool.on('error', (error) => progress(`database connection lost: ${error.message}`));
  const database = new PostgresServer(pool);
  try {
    await claim(pool);
    progress('preparing the database');
    await pool.query(schemaSql(switches));
    if (fixtures) await fill(database, pool, fixtures, switches, seed);
    else if (switches.vectorIndex !== 'off') await pool.query(HNSW_SQL);
    await pool.query('analyze');
  } catch (error) {
    await pool.end();
    throw error instanceof StartError ? error : new StartError(`PLATFORM_DATABASE_URL: ${reason(error)}.`);
  }
  return database;
}

/** Refuses a database that holds tables of somebody else, and drops ours. */
async function claim(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
      and n.nspname not like 'pg_toast%' and n.nspname not like 'pg_temp%'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1`);
  const names = rows.map(({ name }) => name);
  const ours = new Set([`${MARKER_SCHEMA}.marker`, 'auth.users', 'auth.sessions', ...TABLES.map((t) => `public.${t}`)]);
  const foreign = names.includes(`${MARKER_SCHEMA}.marker`) ? names.filter((name) => !ours.has(name)) : names;
  if (foreign.length > 0) {
    throw new StartError(
      `PLATFORM_DATABASE_URL: the database holds tables that are not the embedded platform's (${foreign[0]}); give it an empty one.`,
    );
  }
  await pool.query(`
    drop schema if exists auth cascade;
    drop table if exists ${TABLES.join(', ')} cascade;
    drop function if exists match_video_chunks;
    create schema if not exists ${MARKER_SCHEMA};
    create table if not exists ${MARKER_SCHEMA}.marker ();`);
}

async function fill(
  database: Database,
  pool: pg.Pool,
  fixtures: Fixtures,
  switches: Options['switches'],
  seed: number,
): Promise<void> {
  await database.run(fixtureStatements(fixtures));
  let batch: Chunk[] = [];
  for (const chunk of chunks(fixtures, switches.chunks, seed)) {
    batch.push(chunk);
    if (batch.length < CHUNKS_AT_A_TIME) continue;
    await database.run([insertChunks(batch)]);
    batch = [];
  }
  if (batch.length > 0) await database.run([insertChunks(batch)]);
  if (switches.vectorIndex === 'ivfflat') await pool.query(IVFFLAT_SQL);
}

function insertChunks(rows: readonly Chunk[]): Statement {
  const column = <T>(read: (chunk: Chunk) => T) => rows.map(read);
  const statement = sql`select v, c, t, i, s, e, em::vector, array[tag], w from unnest(
    ${column((row) => row.videoId)}::uuid[], ${column((row) => row.creatorId)}::uuid[],
    ${column((row) => row.text)}::text[], ${column((row) => row.index)}::int[],
    ${column((row) => row.startSeconds)}::int[], ${column((row) => row.endSeconds)}::int[],
    ${column((row) => `[${row.embedding.join(',')}]`)}::text[], ${column((row) => row.tags[0])}::text[],
    ${column((row) => row.text.split(' ').length)}::int[]) as r (v, c, t, i, s, e, em, tag, w)`;
  return { ...statement, text: `insert into video_chunks (${CHUNK_COLUMNS}) ${statement.text}` };
}

class PostgresServer implements Database {
  private readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  async run(statements: readonly Statement[]): Promise<Result[]> {
    const client = await this.pool.connect();
    try {
      if (statements.length === 1) return [await query(client, statements[0]!)];
      await client.query('begin');
      const results: Result[] = [];
      for (const statement of statements) results.push(await query(client, statement));
      await client.query('commit');
      return results;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      const { message, code, detail } = error as { message: string; code?: string; detail?: string };
      throw new DatabaseError(message, code ?? 'XX000', detail);
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

async function query(client: pg.PoolClient, { text, values, once }: Statement): Promise<Result> {
  const named = once ? {} : { name: createHash('sha1').update(text).digest('hex') };
  const { rows, rowCount } = await client.query({ text, values: [...values], ...named });
  return { rows, count: rowCount ?? 0 };
}

/** Without the address: it may hold a password. */
function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'ECONNREFUSED') return 'no server answers there';
  if (code === '0A000' || /extension "vector"/.test(message)) return 'the server has no pgvector extension';
  return message;
}
