import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { postgres } from '../../gate/observe/postgres.ts';
import { postgresBinaries, type Server, startPostgres } from './debian-servers.ts';

const binaries = postgresBinaries();

describe('a real Postgres', { skip: binaries ? false : "Debian's postgresql is not installed" }, () => {
  let server: Server;
  const clients: Client[] = [];
  const urlFor = (user: string) => `postgres://${user}@127.0.0.1:${server.port}/postgres`;
  const connect = async (user: string) => {
    const client = new Client(urlFor(user));
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };

  before(async () => {
    server = await startPostgres(binaries!, [
      'max_connections=13',
      'superuser_reserved_connections=3',
      'shared_preload_libraries=pg_stat_statements',
    ]);
    const admin = await connect('tester');
    await admin.query('create role reader login; grant pg_read_all_stats to reader; create role stranger login');
    await admin.query('create extension pg_stat_statements');
    await admin.query(`create function match_video_chunks() returns int language sql as 'select 1'`);
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await server.stop();
  });

  test('tells the share of connections in use, its own left out, also to a role that sees little', async () => {
    for (let number = 1; number < 5; number++) await connect('stranger');
    for (const role of ['reader', 'stranger']) {
      const source = postgres(urlFor(role));
      // 4 and the admin's, of 13 without the 3 for superusers.
      assert.deepEqual(await source.look(), {
        values: [{ signal: 'db_connections_used_ratio', value: 0.5, ageMs: 0 }],
      });
      await source.close();
    }
  });

  test('tells the mean time of vector searches between two looks', async () => {
    const source = postgres(urlFor('reader'));
    const searcher = clients[0]!;
    const search = () => searcher.query('select match_video_chunks(), pg_sleep(0.02)');
    await search();
    const first = await source.look();
    await search();
    await search();
    const second = await source.look();
    const third = await source.look();
    await source.close();
    const vector = [first, second, third].map(({ values }) =>
      values.find(({ signal }) => signal === 'vector_query_ms'),
    );
    assert.equal(vector[0], undefined);
    assert.ok(vector[1]!.value >= 20 && vector[1]!.value < 2_000, String(vector[1]!.value));
    assert.equal(vector[2], undefined);
  });

  test('is asked in read-only transactions, and nothing outlives them', async () => {
    const source = postgres(urlFor('tester'));
    await source.look();
    await source.look();
    await source.close();
    const { rows } = await clients[0]!.query(
      `select calls::int, query from pg_stat_statements join pg_roles on pg_roles.oid = userid
       where rolname = 'tester' and (query ilike 'begin%' or query ilike 'set %' or query ilike 'commit%')`,
    );
    assert.deepEqual(rows, [{ calls: 2, query: 'begin read only' }]);
  });

  test('that refuses connections has them all in use: that is a finding', async () => {
    while (clients.length < 10) await connect('stranger');
    const source = postgres(urlFor('reader'));
    assert.deepEqual(await source.look(), {
      values: [{ signal: 'db_connections_used_ratio', value: 1, ageMs: 0 }],
      problem: 'it refuses: remaining connection slots are reserved for non-replication superuser connections',
    });
    await clients.pop()!.end();
    assert.equal((await source.look()).problem, undefined);
    await source.close();
  });

  test('that goes away between two looks is said, and never thrown', async () => {
    const source = postgres(urlFor('reader'));
    await source.look();
    await server.stop();
    const gone = await source.look();
    assert.deepEqual(gone.values, []);
    assert.match(gone.problem!, /^(nothing listens there|it closed the connection|it refuses: .*)$/);
    assert.equal((await source.look()).problem, 'nothing listens there');
    await source.close();
  });
});

test('an address that is none is a problem and no exception', async () => {
  const look = await postgres('not an address').look();
  assert.deepEqual(look.values, []);
  assert.equal(typeof look.problem, 'string');
});
