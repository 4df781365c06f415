/**
 * The audit of a database: a real Postgres with pgvector with defects planted one by one, and Debian's for the statistics
 * that the other does not have. Where one can't be had, its tests are skipped, and say so.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { databaseFindings } from '../../gate/target/audit/database.ts';
import { schemaSql } from '../../platform/db/schema.ts';
import type { Finding } from '../../src/wire/audit-file.ts';
import { postgresBinaries, type Server, startPostgres } from '../observe/debian-servers.ts';
import { type RealPostgres, startRealPostgres } from '../platform/real-postgres.ts';

/** Few enough to be made in a moment. */
const CHUNKS = 300;

/** Tables as they should be: two creators with two videos each, chunks with embeddings, indexes, statistics. */
const MENDED = `
  ${schemaSql({ vectorIndex: 'ivfflat' })}
  insert into creators (id, whop_company_id, whop_user_id, company_name)
    select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'company ' || n, 'user ' || n, 'Company ' || n
    from generate_series(1, 2) n;
  insert into videos (id, creator_id, title)
    select ('00000000-0000-4000-9000-00000000000' || n)::uuid,
      ('00000000-0000-4000-8000-00000000000' || (1 + n % 2))::uuid, 'Video ' || n
    from generate_series(1, 4) n;
  insert into video_chunks (video_id, creator_id, chunk_text, chunk_index, embedding)
    select ('00000000-0000-4000-9000-00000000000' || (1 + n % 4))::uuid,
      ('00000000-0000-4000-8000-00000000000' || (1 + (1 + n % 4) % 2))::uuid, 'Chunk ' || n, n,
      (select array_agg(sin(n * d)) from generate_series(1, 1536) d)::vector
    from generate_series(1, ${CHUNKS}) n;
  create index video_chunks_embedding on video_chunks using hnsw (embedding vector_cosine_ops);
  analyze;`;

/** The search as it is often written: by a likeness that no index knows. @param where on the chunks */
const searchThatReadsAll = (where: string) => `
  create or replace function match_video_chunks(
    query_embedding vector(1536), match_threshold float, match_count int, filter_creator_id uuid,
    filter_video_ids uuid[] default null
  ) returns table (
    id uuid, video_id uuid, creator_id uuid, chunk_text text, chunk_index int, start_timestamp int, end_timestamp int,
    topic_tags text[], similarity float, video_title varchar, video_url text
  ) language sql stable as $$
    select c.id, c.video_id, c.creator_id, c.chunk_text, c.chunk_index, c.start_timestamp, c.end_timestamp,
      c.topic_tags, 1 - (c.embedding <=> query_embedding) as similarity, v.title, v.video_url
    from video_chunks c join videos v on v.id = c.video_id
    where ${where} order by similarity desc limit match_count
  $$;`;

/** What is wrong, and what is then found beside what the server can't have. */
const PLANTED: [defect: string, sql: string, ids: string[]][] = [
  ['no vector index', 'drop index video_chunks_embedding', ['vector-index', 'vector-search']],
  [
    'an index of the wrong operator class',
    'drop index video_chunks_embedding; create index wrong on video_chunks using hnsw (embedding vector_l2_ops)',
    ['vector-index', 'vector-search'],
  ],
  ['an index that the search does not use', searchThatReadsAll('c.creator_id = filter_creator_id'), ['vector-search']],
  ['a search without the creator', searchThatReadsAll('true'), ['vector-search', 'tenant-filter']],
  ['a foreign key without an index', 'drop index students_creator_id', ['foreign-keys']],
  ['slow queries that are not logged', 'alter database :name set log_min_duration_statement = -1', ['slow-query-log']],
];

const found = (findings: readonly Finding[]) =>
  findings.filter(({ outcome }) => outcome === 'found').map(({ id }) => id);

describe('a Postgres with pgvector', () => {
  /** As it should be, but for pg_stat_statements, which the wheel does not have. */
  let server: RealPostgres | string;
  let small: RealPostgres | string;
  before(async () => {
    const settings = ['autovacuum=off', 'log_min_duration_statement=500'];
    server = await startRealPostgres(settings);
    small = typeof server === 'string' ? server : await startRealPostgres([...settings, 'max_connections=30']);
    if (typeof server !== 'string') await server.query(await server.database('mended'), MENDED);
  });
  after(async () => {
    for (const each of [server, small]) if (typeof each !== 'string') await each.stop();
  });

  async function planted(name: string, sql: string): Promise<Finding[]> {
    const there = server as RealPostgres;
    const url = await there.database(`${name} template mended`);
    const own = url.replace(' template mended', '');
    for (const statement of sql.includes('$$') ? [sql] : sql.split(';')) {
      await there.query(own, statement.replace(':name', name));
    }
    return databaseFindings(own);
  }

  const MISSING = ['query-statistics'];

  test('nothing else is found when all is as it should be', async (t) => {
    if (typeof server === 'string') return t.skip(server);
    const findings = await planted('mended_copy', 'select 1');
    assert.deepEqual(found(findings), MISSING);
    const search = findings.find(({ id }) => id === 'vector-search')!;
    assert.match(search.seen, /^match_video_chunks went by video_chunks_embedding, in /);
  });

  for (const [index, [defect, sql, ids]] of PLANTED.entries()) {
    test(`${defect}: found, with its fix`, async (t) => {
      if (typeof server === 'string') return t.skip(server);
      const findings = await planted(`planted_${index}`, sql);
      assert.deepEqual(found(findings), [...ids, ...MISSING].sort(inOrder));
      for (const id of ids) assert.notEqual(findings.find((finding) => finding.id === id)!.fix, '');
    });
  }

  test('tables that were never analyzed: found, each by name', async (t) => {
    if (typeof server === 'string') return t.skip(server);
    const url = await server.database('unanalyzed');
    await server.query(url, MENDED.replace(/analyze;$/, ''));
    const finding = (await databaseFindings(url)).find(({ id }) => id === 'analyzed')!;
    assert.deepEqual([finding.outcome, finding.fix], ['found', 'analyze creators, video_chunks, videos;']);
  });

  test('a foreign key’s fix is the statement that makes the index', async (t) => {
    if (typeof server === 'string') return t.skip(server);
    const findings = await planted('fix', 'drop index students_creator_id');
    const { fix } = findings.find(({ id }) => id === 'foreign-keys')!;
    assert.equal(fix, 'create index concurrently on students (creator_id);');
    const url = (await server.database('fixed template fix')).replace(' template fix', '');
    await server.query(url, fix);
    assert.deepEqual(found(await databaseFindings(url)), MISSING);
  });

  test('too few connections: found', async (t) => {
    if (typeof small === 'string') return t.skip(small);
    const findings = await databaseFindings(await small.database('empty'));
    const { outcome, seen } = findings.find(({ id }) => id === 'connections')!;
    assert.deepEqual([outcome, seen], ['found', 'The database has 27 connections for everybody; 60 are wanted.']);
  });

  test('a role that may read nothing could not look, and nothing is called fine for it', async (t) => {
    if (typeof server === 'string') return t.skip(server);
    const url = await server.database('locked template mended').then((made) => made.replace(' template mended', ''));
    await server.query(url, 'create role stranger login; revoke all on schema public from public, stranger');
    const findings = await databaseFindings(url.replace('tester@', 'stranger@'));
    for (const id of ['vector-search', 'tenant-filter']) {
      const { outcome, seen } = findings.find((finding) => finding.id === id)!;
      assert.equal(outcome, 'not seen', `${id}: ${seen}`);
    }
  });

  test('a database without the platform’s tables has no indexes that are in order', async (t) => {
    if (typeof server === 'string') return t.skip(server);
    const findings = await databaseFindings(await server.database('bare'));
    for (const id of ['vector-index', 'foreign-keys', 'whole-reads', 'analyzed']) {
      const { outcome, seen } = findings.find((finding) => finding.id === id)!;
      assert.equal(outcome, 'not seen', `${id}: ${seen}`);
    }
  });

  test('a database that is not there is not fine', async () => {
    const findings = await databaseFindings('postgres://nobody:secret@127.0.0.1:1/none');
    assert.ok(findings.every(({ outcome }) => outcome === 'not seen'));
    assert.equal(findings[0]!.seen, 'The database could not be looked at: nothing listens there.');
    assert.ok(!JSON.stringify(findings).includes('secret'));
  });
});

function inOrder(a: string, b: string): number {
  const order = [
    'vector-index',
    'vector-search',
    'tenant-filter',
    'foreign-keys',
    'query-statistics',
    'slow-query-log',
  ];
  return order.indexOf(a) - order.indexOf(b);
}

const DEBIAN = postgresBinaries();

describe('Debian’s Postgres', { skip: DEBIAN ? false : 'there is no Postgres of Debian: install it' }, () => {
  let server: Server;
  const urlOf = (name: string) => `postgres://tester@127.0.0.1:${server.port}/${name}`;
  before(async () => {
    server = await startPostgres(DEBIAN!, ['shared_preload_libraries=pg_stat_statements']);
  });
  after(() => server.stop());

  test('query statistics are found missing, and fine once the extension is there', async () => {
    const outcome = async () => {
      const findings = await databaseFindings(urlOf('postgres'));
      return findings.find(({ id }) => id === 'query-statistics')!.outcome;
    };
    assert.equal(await outcome(), 'found');
    const pg = await import('pg');
    const client = new pg.default.Client(urlOf('postgres'));
    await client.connect();
    await client.query('create extension pg_stat_statements');
    await client.end();
    assert.equal(await outcome(), 'ok');
  });
});
