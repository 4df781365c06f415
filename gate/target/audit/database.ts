/**
 * The platform's Postgres, asked directly: indexes, plans, statistics, limits. Everything happens in one read-only
 * transaction that is rolled back, and what the role may not see is said so.
 */
import { Client, DatabaseError } from 'pg';
import { INFRASTRUCTURE } from '../../../src/thresholds.ts';
import type { Finding } from '../../../src/wire/audit-file.ts';
import { count, duration } from '../../judge/figures.ts';
import { type FindingId, fine, found, unseen } from './findings.ts';

const ANSWER_MS = 10_000;
/** What the search orders by: `<=>`. */
const COSINE = 'vector_cosine_ops';

/** Findings that only the database can answer, in the order of the catalogue. */
const DATABASE_FINDINGS = [
  'vector-index',
  'vector-search',
  'tenant-filter',
  'connections',
  'pooling',
  'foreign-keys',
  'whole-reads',
  'analyzed',
  'query-statistics',
  'slow-query-log',
] as const satisfies readonly FindingId[];

type Check = (client: Client, url: string) => Promise<Finding>;

const CHECKS: readonly [FindingId, Check][] = [
  ['vector-index', vectorIndex],
  ['vector-search', vectorSearch],
  ['tenant-filter', tenantFilter],
  ['connections', connections],
  ['pooling', pooling],
  ['foreign-keys', ofTables('foreign-keys', foreignKeys)],
  ['whole-reads', ofTables('whole-reads', wholeReads)],
  ['analyzed', ofTables('analyzed', analyzed)],
  ['query-statistics', queryStatistics],
  ['slow-query-log', slowQueryLog],
];

/** A check that finds nothing where there is nothing, which is not to be called fine. */
function ofTables(id: FindingId, check: (client: Client) => Promise<Finding>): Check {
  return async (client) =>
    (await exists(client, 'videos')) ? check(client) : unseen(id, 'There is no table videos that this role may see.');
}

/** @param url DATABASE_URL; '' where nobody named it */
export async function databaseFindings(url: string): Promise<Finding[]> {
  if (url === '') {
    const why = 'Set DATABASE_URL to have the database looked at; it is only read.';
    return DATABASE_FINDINGS.map((id) => unseen(id, why));
  }
  const client = new Client({
    connectionString: url,
    application_name: 'launchgate-audit',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin isolation level repeatable read, read only');
    const findings: Finding[] = [];
    for (const [id, check] of CHECKS) findings.push(await guarded(client, id, () => check(client, url)));
    await client.query('rollback');
    return findings;
  } catch (error) {
    const why = `The database could not be looked at: ${reason(error as Error)}.`;
    return DATABASE_FINDINGS.map((id) => unseen(id, why));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A check that is refused leaves the others their transaction. */
async function guarded(client: Client, id: FindingId, check: () => Promise<Finding>): Promise<Finding> {
  await client.query('savepoint one_check');
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return unseen(id, `Could not look: ${error.message}.`);
  } finally {
    await client.query('rollback to savepoint one_check');
  }
}

interface VectorIndex {
  oid: string;
  name: string;
  valid: boolean;
  operators: string;
}

async function vectorIndexes(client: Client): Promise<VectorIndex[]> {
  const { rows } = await client.query<VectorIndex>(`
    select i.indexrelid::text as oid, quote_ident(c.relname) as name, i.indisvalid and i.indisready as valid, o.opcname as operators
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
      join pg_opclass o on o.oid = i.indclass[0]
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = to_regclass('video_chunks') and a.attname = 'embedding' and m.amname in ('ivfflat', 'hnsw')`);
  return rows;
}

async function vectorIndex(client: Client): Promise<Finding> {
  const id = 'vector-index';
  if (!(await exists(client, 'video_chunks')))
    return unseen(id, 'There is no table video_chunks that this role may see.');
  const indexes = await vectorIndexes(client);
  if (indexes.length === 0)
    return found(id, `None on video_chunks.embedding (${await rowsText(client, 'video_chunks')}).`);
  const right = indexes.find(({ valid, operators }) => valid && operators === COSINE);
  if (right) return fine(id, `${right.name} is valid, and of ${COSINE}.`);
  const broken = indexes.find(({ valid }) => !valid);
  if (broken) {
    return found(
      id,
      `${broken.name} is not valid: building it was broken off.`,
      `reindex index concurrently ${broken.name};`,
    );
  }
  const { name, operators } = indexes[0]!;
  return found(
    id,
    `${name} is of ${operators}, and the search orders by cosine distance.`,
    `create index concurrently ${name}_cosine on video_chunks using hnsw (embedding ${COSINE}); drop index concurrently ${name};`,
  );
}

/** Fewer rows are read whole more quickly than by an index, and the planner knows that. */
const FEW_ROWS = 5_000;

/** Searches once, and looks which indexes that has used: whatever language the function is written in. */
async function vectorSearch(client: Client): Promise<Finding> {
  const id = 'vector-search';
  const refusal = await whyNoSearch(client);
  if (refusal) return unseen(id, refusal);
  const indexes = (await vectorIndexes(client)).filter(({ valid }) => valid);
  if (indexes.length === 0) return found(id, 'There is no index that it could use.');
  const { used, ms } = await searchedBy(client, indexes);
  if (used) return fine(id, `match_video_chunks went by ${used}, in ${duration(ms)}.`);
  await client.query('set local enable_seqscan = off');
  const forced = await searchedBy(client, indexes);
  const rows = await rowsText(client, 'video_chunks');
  if (forced.used && (await rowsOf(client, 'video_chunks')) < FEW_ROWS) {
    return fine(id, `With ${rows} the whole table is quicker; when it must, the search goes by ${forced.used}.`);
  }
  return found(id, `match_video_chunks read the table whole (${rows}, ${duration(ms)}).`);
}

async function searchedBy(client: Client, indexes: readonly VectorIndex[]): Promise<{ used?: string; ms: number }> {
  const scans = async () => {
    const { rows } = await client.query<{ scans: number }>(
      'select pg_stat_get_xact_numscans(oid)::int as scans from unnest($1::oid[]) with ordinality as i (oid, at) order by at',
      [indexes.map(({ oid }) => oid)],
    );
    return rows.map((row) => row.scans);
  };
  const before = await scans();
  const startMs = performance.now();
  await client.query(`
    select count(*) from (select embedding, creator_id from video_chunks where embedding is not null limit 1) c,
      lateral match_video_chunks(c.embedding, 0, 5, c.creator_id)`);
  const ms = performance.now() - startMs;
  const after = await scans();
  const used = indexes.find((_, at) => after[at]! > before[at]!);
  return used ? { used: used.name, ms } : { ms };
}

/** Searches in one creator's name for what another's video says. */
async function tenantFilter(client: Client): Promise<Finding> {
  const id = 'tenant-filter';
  const refusal = await whyNoSearch(client);
  if (refusal) return unseen(id, refusal);
  const { rows } = await client.query<{ creators: number }>(
    'select count(distinct creator_id)::int as creators from video_chunks where embedding is not null',
  );
  if (rows[0]!.creators < 2) return unseen(id, 'The chunks are all of one creator.');
  const searched = await client.query<{ rows: number; foreign: number }>(`
    select count(*)::int as rows, count(*) filter (where m.creator_id is distinct from mine.creator_id)::int as foreign
    from (select creator_id from video_chunks where embedding is not null order by creator_id limit 1) mine,
      lateral (select embedding from video_chunks where creator_id <> mine.creator_id and embedding is not null limit 1) other,
      lateral match_video_chunks(other.embedding, -1, 20, mine.creator_id) m`);
  const { rows: got, foreign } = searched.rows[0]!;
  if (foreign > 0) return found(id, `Of ${got} chunks that were found for one creator, ${foreign} are another's.`);
  if (got === 0) return unseen(id, 'The search found nothing.');
  return fine(id, `${got} of ${got} chunks that were found for one creator are its own.`);
}

async function whyNoSearch(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ there: boolean }>(
    "select exists (select from pg_proc where proname = 'match_video_chunks') as there",
  );
  if (!rows[0]!.there) return 'There is no function match_video_chunks that this role may see.';
  return (await rowsOf(client, 'video_chunks')) === 0
    ? 'video_chunks has no rows that this role may see; seed first.'
    : undefined;
}

async function connections(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ allowed: number }>(`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true)::int, 0) as allowed`);
  const { allowed } = rows[0]!;
  const seen = `The database has ${count(allowed)} connections for everybody`;
  return allowed < INFRASTRUCTURE.connections
    ? found('connections', `${seen}; ${INFRASTRUCTURE.connections} are wanted.`)
    : fine('connections', `${seen}.`);
}

/** How poolers name themselves in pg_stat_activity. */
const POOLERS = /supavisor|pgbouncer|pgcat|odyssey/i;

async function pooling(client: Client, url: string): Promise<Finding> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address && (/(^|\.)pooler\./.test(address.hostname) || address.port === '6543')) {
    return fine('pooling', `DATABASE_URL goes by a pooler (${address.host}).`);
  }
  const { rows } = await client.query<{ name: string }>(
    "select distinct coalesce(application_name, '') || ' ' || coalesce(usename, '') as name from pg_stat_activity",
  );
  const pooler = rows.find(({ name }) => POOLERS.test(name));
  if (pooler) return fine('pooling', `A pooler is connected (${pooler.name.trim()}).`);
  return unseen('pooling', 'No pooler is connected now, which does not say whether the app uses one.');
}

/**
 * Columns with a foreign key that no index begins with. Left out: the creator of a chunk, by which only the search
 * filters, inside the vector index; a second index there would lead the planner away from it.
 */
async function foreignKeys(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    select c.conrelid::regclass::text as table, quote_ident(a.attname) as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace
      and not (c.conrelid = to_regclass('video_chunks') and a.attname = 'creator_id')
      and not exists (
        select from pg_index i where i.indrelid = c.conrelid and i.indisvalid and i.indkey[0] = c.conkey[1])
    order by 1, 2`);
  if (rows.length === 0) return fine('foreign-keys', 'Each has one.');
  const names = rows.map(({ table, column }) => `${table}.${column}`).join(', ');
  const sql = rows.map(({ table, column }) => `create index concurrently on ${table} (${column});`).join(' ');
  return found('foreign-keys', `None on ${names}.`, sql);
}

/** Whole reads of tables that are no longer small, since the statistics began. */
const MANY_READS = 100;
const MANY_ROWS = 1_000;

async function wholeReads(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ table: string; reads: number; rows: number }>(
    `select quote_ident(relname) as table, seq_scan::float8 as reads, (seq_tup_read / greatest(seq_scan, 1))::float8 as rows
     from pg_stat_user_tables
     where schemaname = 'public' and seq_scan >= $1 and seq_tup_read / greatest(seq_scan, 1) >= $2
       and seq_scan > coalesce(idx_scan, 0)
     order by seq_tup_read desc`,
    [MANY_READS, MANY_ROWS],
  );
  if (rows.length === 0) return fine('whole-reads', 'No table of some size is read whole more often than by an index.');
  const named = rows.map(({ table, reads, rows: each }) => `${table} ${count(reads)} times, ${count(each)} rows each`);
  const fix = `Find the filter in pg_stat_statements (query ilike '%${rows[0]!.table}%'), then: create index concurrently on ${rows[0]!.table} (<column>);`;
  return found('whole-reads', `${named.join('; ')}.`, fix);
}

async function analyzed(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ table: string; readable: boolean }>(`
    select quote_ident(c.relname) as table, has_table_privilege(c.oid, 'select') as readable from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and pg_relation_size(c.oid) > 0
      and not exists (select from pg_stats s where s.schemaname = 'public' and s.tablename = c.relname)
      and pg_stat_get_last_analyze_time(c.oid) is null and pg_stat_get_last_autoanalyze_time(c.oid) is null
    order by 1`);
  const names = rows.filter(({ readable }) => readable).map(({ table }) => table);
  if (names.length > 0)
    return found('analyzed', `Never gathered for ${names.join(', ')}.`, `analyze ${names.join(', ')};`);
  // Of tables that a role may not read, it sees no statistics either.
  if (rows.length > 0)
    return unseen('analyzed', `This role may not see those of ${rows.map(({ table }) => table).join(', ')}.`);
  return fine('analyzed', 'There are some on every table that has rows.');
}

async function queryStatistics(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ view: string }>(`
    select quote_ident(nspname) || '.pg_stat_statements' as view
    from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_stat_statements'`);
  const view = rows[0]?.view;
  if (!view) return found('query-statistics', 'The extension pg_stat_statements is not there.');
  try {
    const counted = await client.query<{ statements: number }>(`select count(*)::int as statements from ${view}`);
    return fine('query-statistics', `pg_stat_statements knows ${count(counted.rows[0]!.statements)} statements.`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '55000') throw error;
    return found('query-statistics', 'The extension pg_stat_statements is there, and the server does not load it.');
  }
}

async function slowQueryLog(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ value: string }>(
    "select current_setting('log_min_duration_statement') as value",
  );
  const { value } = rows[0]!;
  return value === '-1'
    ? found('slow-query-log', 'log_min_duration_statement is -1: none is logged.')
    : fine('slow-query-log', `Queries of ${value} and more are logged.`);
}

async function exists(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  return rows[0]!.there;
}

async function rowsOf(client: Client, table: 'video_chunks'): Promise<number> {
  if (!(await exists(client, table))) return 0;
  const { rows } = await client.query<{ rows: number }>(`select count(*)::float8 as rows from ${table}`);
  return rows[0]!.rows;
}

async function rowsText(client: Client, table: 'video_chunks'): Promise<string> {
  return `${count(await rowsOf(client, table))} rows`;
}

/** Never the address: it holds a password. */
function reason(error: Error & { code?: string }): string {
  if (error.code === 'ECONNREFUSED') return 'nothing listens there';
  if (error.code === 'ENOTFOUND') return 'its name is not known to DNS';
  return error.message;
}
