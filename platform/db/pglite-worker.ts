/**
 * The thread that PGlite lives in. Postgres in WebAssembly works synchronously: here it never holds up the server.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { messages, PGlite, protocol } from '@electric-sql/pglite';
import type { Fixtures } from '../fixtures.ts';
import type { Switches } from '../setups.ts';
import { readCachedData, writeCachedData } from './cached-data.ts';
import { columnValue, type Result, type Row, type Statement, sql } from './database.ts';
import { HNSW_SQL, IVFFLAT_SQL, schemaSql } from './schema.ts';
import { CHUNK_COLUMNS, chunks, copyBytes, fixtureStatements } from './seed.ts';

export interface WorkerData {
  /** undefined starts with empty tables. */
  fixtures: Fixtures | undefined;
  switches: Pick<Switches, 'chunks' | 'vectorIndex'>;
  seed: number;
  /** Where prepared data is kept between starts. */
  cacheFolder: string;
}

export type ToWorker = { id: number; statements: readonly Statement[] };
export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'progress'; text: string }
  | { kind: 'done'; id: number; results: Result[] }
  | { kind: 'failed'; id: number; message: string; code: string; detail: string | undefined };

/** Small WAL: the data directory lives in memory and is only ever copied whole. */
const POSTGRES_SETTINGS = [
  'wal_level=minimal',
  'max_wal_senders=0',
  'min_wal_size=2MB',
  'max_wal_size=8MB',
  'synchronous_commit=off',
  'jit=off',
  'autovacuum=off',
];

export async function databaseThread(): Promise<void> {
  const port = parentPort!;
  const tell = (message: FromWorker) => port.postMessage(message);
  const connection = await open(workerData as WorkerData, (text) => tell({ kind: 'progress', text }));
  port.on('message', ({ id, statements }: ToWorker) => {
    connection.run(statements).then(
      (results) => tell({ kind: 'done', id, results }),
      (error: { message: string; code?: string; detail?: string }) =>
        tell({ kind: 'failed', id, message: error.message, code: error.code ?? 'XX000', detail: error.detail }),
    );
  });
  tell({ kind: 'ready' });
}

async function open(data: WorkerData, progress: (text: string) => void): Promise<Connection> {
  const pglite = await import('@electric-sql/pglite');
  const { vector } = await import('@electric-sql/pglite-pgvector');
  const options = {
    extensions: { vector },
    postgresqlconf: POSTGRES_SETTINGS,
    initDbStartParams: ['--wal-segsize=1'],
  };
  const key = dataKey(data);
  const cached = readCachedData(data.cacheFolder, key);
  if (cached) {
    progress('reading the database that was prepared before');
    const database = await pglite.PGlite.create({ ...options, loadDataDir: cached });
    return warmedUp(database, new Connection(database, pglite.protocol));
  }
  progress('preparing the database (kept for the next start)');
  const database = await pglite.PGlite.create(options);
  await database.exec(schemaSql(data.switches));
  const connection = new Connection(database, pglite.protocol);
  if (data.fixtures) await fill(database, connection, data, data.fixtures, progress);
  else if (data.switches.vectorIndex !== 'off') await database.exec(HNSW_SQL);
  await database.exec('checkpoint');
  await writeCachedData(data.cacheFolder, key, database);
  return warmedUp(database, connection);
}

/**
 * Does what a question does a few times before anybody asks, and takes it back: WebAssembly is compiled for speed only
 * once it is hot, and the first questions would be answered ten times as slowly as the rest.
 */
async function warmedUp(database: PGlite, connection: Connection): Promise<Connection> {
  await database.exec('begin');
  for (let round = 0; round < WARM_UP_ROUNDS; round++)
    for (const statement of WARM_UP) await connection.run([statement]);
  await database.exec('rollback');
  return connection;
}

const WARM_UP_ROUNDS = 60;
const WARM_UP = [
  sql`select s.similarity from (select embedding, creator_id from video_chunks limit 1) as c,
    match_video_chunks(c.embedding, 0, 5, c.creator_id) as s`,
  sql`insert into chat_usage as u (user_id, student_id) select id, id from students limit 1
    on conflict (user_id) do update set questions_asked = u.questions_asked + 1`,
  sql`insert into chat_sessions (student_id, creator_id) select id, creator_id from students limit 1`,
  sql`insert into chat_messages (session_id, creator_id, role, content)
    select id, creator_id, 'user', repeat('word ', 200) from chat_sessions limit 1`,
  sql`update students set xp_points = xp_points + 10 where id = (select id from students limit 1)`,
  sql`select * from chat_messages where session_id = (select id from chat_sessions limit 1) order by created_at`,
];

async function fill(
  database: PGlite,
  connection: Connection,
  { switches, seed }: WorkerData,
  fixtures: Fixtures,
  progress: (text: string) => void,
): Promise<void> {
  await connection.run(fixtureStatements(fixtures));
  progress(`loading ${switches.chunks} chunks with embeddings`);
  const blob = new Blob(copyBytes(chunks(fixtures, switches.chunks, seed)) as Uint8Array<ArrayBuffer>[]);
  await database.query(`copy video_chunks (${CHUNK_COLUMNS}) from '/dev/blob' (format binary)`, [], { blob });
  if (switches.vectorIndex === 'ivfflat') {
    progress('building the vector index');
    await database.exec(IVFFLAT_SQL);
  }
  await database.exec('analyze');
}

/** Prepared data is as good as the programs that made it: they are part of the key. */
function dataKey({ fixtures, switches, seed }: WorkerData): string {
  const program = readFileSync(fileURLToPath(import.meta.url));
  const engine = readFileSync(new URL('../package.json', import.meta.resolve('@electric-sql/pglite')));
  const parts = JSON.stringify([switches, seed, fixtures]);
  return createHash('sha256').update(program).update(engine).update(parts).digest('hex').slice(0, 16);
}

/**
 * Speaks the wire protocol itself: statements are parsed once and several go in one round trip, which
 * PGlite's own query() does not do.
 */
class Connection {
  private readonly prepared = new Map<string, { name: string; fields: messages.Field[] | undefined }>();
  private lastStatement = 0;
  private readonly database: PGlite;
  private readonly serialize: typeof protocol.serialize;

  constructor(database: PGlite, wire: typeof protocol) {
    this.database = database;
    this.serialize = wire.serialize;
  }

  run(statements: readonly Statement[]): Promise<Result[]> {
    return this.database.runExclusive(() => this.exchange(statements));
  }

  private async exchange(statements: readonly Statement[]): Promise<Result[]> {
    const { bind, execute, sync } = this.serialize;
    try {
      for (const { text } of statements) if (!this.prepared.has(text)) await this.prepare(text);
      const messages = statements.flatMap((statement) => [
        bind({ statement: this.prepared.get(statement.text)!.name, values: statement.values as (string | null)[] }),
        execute({}),
      ]);
      const answer = await this.send(...messages, sync());
      return this.results(statements, answer);
    } finally {
      for (const { text, once } of statements) if (once) await this.forget(text);
    }
  }

  private async send(...requests: Uint8Array[]) {
    const { messages } = await this.database.execProtocol(Buffer.concat(requests), { syncToFs: false });
    return messages;
  }

  private async prepare(text: string): Promise<void> {
    const { parse, describe, sync } = this.serialize;
    const name = `statement${++this.lastStatement}`;
    const answer = await this.send(parse({ name, text }), describe({ type: 'S', name }), sync());
    const description = answer.find((message) => message.name === 'rowDescription') as
      | messages.RowDescriptionMessage
      | undefined;
    this.prepared.set(text, { name, fields: description?.fields });
  }

  private async forget(text: string): Promise<void> {
    const entry = this.prepared.get(text);
    if (!entry) return;
    this.prepared.delete(text);
    await this.send(this.serialize.close({ type: 'S', name: entry.name }), this.serialize.sync());
  }

  private results(statements: readonly Statement[], messages: readonly { name: string }[]): Result[] {
    const results: Result[] = [];
    let rows: Row[] = [];
    for (const message of messages) {
      if (message.name === 'dataRow') {
        const fields = this.prepared.get(statements[results.length]!.text)!.fields!;
        rows.push(rowOf(fields, (message as messages.DataRowMessage).fields));
      } else if (message.name === 'commandComplete') {
        const tag = (message as messages.CommandCompleteMessage).text;
        results.push({ rows, count: Number(/\d+$/.exec(tag)?.[0] ?? 0) });
        rows = [];
      }
    }
    return results;
  }
}

function rowOf(fields: readonly messages.Field[], texts: readonly (string | null)[]): Row {
  const row: Row = {};
  for (const [index, field] of fields.entries()) {
    const text = texts[index]!;
    row[field.name] = text === null ? null : columnValue(field.dataTypeID, text);
  }
  return row;
}
