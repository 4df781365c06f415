import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { redis } from '../../gate/observe/redis.ts';
import { redisCredentials } from '../../src/wire/redis.ts';
import { hasRedis, type Server, startRedis } from './debian-servers.ts';
import { sendToRedis } from './send-to-redis.ts';

describe('a real Redis', { skip: hasRedis ? false : "Debian's redis-server is not installed" }, () => {
  let server: Server;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  test('tells cache hits between two looks', async () => {
    const source = redis(`redis://:secret@127.0.0.1:${server.port}`);
    const reads = (key: string, count: number) => Array.from({ length: count }, () => `GET ${key}`);
    await sendToRedis(server.port, ['AUTH secret', 'SET known 1', ...reads('unknown', 1_000)]);
    assert.deepEqual(await source.look(), { values: [] });
    await sendToRedis(server.port, ['AUTH secret', ...reads('known', 225), ...reads('unknown', 75)]);
    const { values } = await source.look();
    assert.deepEqual(
      values.map(({ signal }) => signal),
      ['cache_hit_ratio'],
    );
    // A share of rates a second: the last digit hangs on how long the test took.
    assert.ok(Math.abs(values[0]!.value - 0.75) < 1e-9, String(values[0]!.value));
  });

  test('that refuses the password says so', async () => {
    const look = await redis(`redis://:wrong@127.0.0.1:${server.port}`).look();
    assert.match(look.problem!, /^it refuses: WRONGPASS/);
  });

  test('that is not there is said in words', async () => {
    await server.stop();
    assert.deepEqual(await redis(`redis://127.0.0.1:${server.port}`).look(), {
      values: [],
      problem: 'nothing listens there',
    });
  });
});

test('INFO that comes in pieces, of a Redis that was restarted in between, is read', async () => {
  let hits = 1_000;
  const server = createServer((socket) => {
    const info = `# Stats\r\nkeyspace_hits:${hits}\r\nkeyspace_misses:100\r\n`;
    socket.once('data', () => {
      socket.write(`$${info.length}\r\n# Sta`);
      setImmediate(() => socket.write(`${info.slice(5)}\r\n`));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const source = redis(`redis://127.0.0.1:${(server.address() as { port: number }).port}`);
  await source.look();
  hits = 300;
  // Two readings of the same millisecond are one.
  for (const before = Date.now(); Date.now() === before; ) await nextTurn();
  const look = await source.look();
  server.close();
  assert.deepEqual(look, {
    values: [{ signal: 'cache_hit_ratio', value: 1, ageMs: 0 }],
    notice: 'its counters fell: it began anew',
  });
});

test('an address of something else is refused in words', async () => {
  const look = await redis('https://example.upstash.io').look();
  assert.equal(look.problem, 'its address must start with redis:// or rediss://');
});

test('what answers in place of Redis is told apart from it, and ends the look', async () => {
  const answers = ['$-9\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n', `${'*1\r\n'.repeat(10_000)}:1\r\n`];
  for (const answer of answers) {
    const server = createServer((socket) => socket.on('error', () => undefined).end(answer));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const look = await redis(`redis://127.0.0.1:${(server.address() as { port: number }).port}`).look();
    server.close();
    assert.deepEqual(look, { values: [], problem: 'it answers something else than Redis does' });
  }
});

test('a percent sign in the password is one', async () => {
  const look = await redis('redis://:50%@127.0.0.1:1').look();
  assert.deepEqual(look, { values: [], problem: 'nothing listens there' });
  assert.deepEqual(redisCredentials('', '50%'), ['50%']);
  assert.deepEqual(redisCredentials('a%40b', 'c%C3%A9'), ['a@b', 'c\u00c3\u00a9']);
});
