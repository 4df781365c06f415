import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { redis } from '../../gate/observe/redis.ts';
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
    assert.deepEqual(await source.look(), { values: [{ signal: 'cache_hit_ratio', value: 0.75, ageMs: 0 }] });
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
