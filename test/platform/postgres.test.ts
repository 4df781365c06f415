import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { as, type Embedded, runPlatform, STUDENTS, startPlatform } from './embedded.ts';
import { type RealPostgres, startRealPostgres } from './real-postgres.ts';

let postgres: RealPostgres | string;
before(async () => {
  postgres = await startRealPostgres();
});
after(async () => {
  if (typeof postgres !== 'string') await postgres.stop();
});

/** A test with a real server, skipped where there is none. */
function withPostgres(name: string, run: (server: RealPostgres) => Promise<void>): void {
  test(name, async (t: TestContext) => {
    if (typeof postgres === 'string') return t.skip(postgres);
    await run(postgres);
  });
}

withPostgres("a database that holds somebody's tables is left alone", async (server) => {
  const url = await server.database('somebody');
  await server.query(url, 'create table orders (id int); create table students (id int)');
  const { code, stderr } = await runPlatform(['--empty'], { PLATFORM_DATABASE_URL: url });
  assert.equal(code, 2);
  assert.equal(
    stderr,
    "platform: PLATFORM_DATABASE_URL: the database holds tables that are not the embedded platform's (public.orders); give it an empty one.\n",
  );
  const tables = await server.query(url, "select tablename from pg_tables where schemaname = 'public' order by 1");
  assert.deepEqual(tables, [{ tablename: 'orders' }, { tablename: 'students' }]);
});

withPostgres('a database that was ours is refused too, once somebody put a table into it', async (server) => {
  const url = await server.database('shared');
  const platform = await startPlatform('recommended', {}, { PLATFORM_DATABASE_URL: url });
  await platform.stop();
  await server.query(url, 'create table orders (id int)');
  const { code, stderr } = await runPlatform(['--empty'], { PLATFORM_DATABASE_URL: url });
  assert.deepEqual([code, /public\.orders/.test(stderr)], [2, true]);
});

withPostgres('both setups answer on a real server, and each start makes its tables anew', async (server) => {
  const url = await server.database('ours');
  const chat = async (platform: Embedded) => {
    const me = await as(platform, STUDENTS[3]!);
    const answer = await me('POST', '/api/chat', { message: 'Choosing an aperture' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { session_id, video_references } = answer.body.data;
    const history = await me('GET', `/api/chat/history?session_id=${session_id}`);
    const sessions = await me('GET', '/api/chat');
    await platform.stop();
    return [video_references[0].title, history.body.data.total, sessions.body.data.total];
  };
  for (const setup of ['recommended', 'free'] as const) {
    const platform = await startPlatform(setup, {}, { PLATFORM_DATABASE_URL: url });
    assert.deepEqual(await chat(platform), ['Choosing an aperture', 2, 1], setup);
  }
  const [count] = await server.query(url, 'select count(*)::int as chunks from video_chunks');
  assert.deepEqual(count, { chunks: 200 });
});
