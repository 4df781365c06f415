/** The audit of a real Redis, where Debian's is installed. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { redisFindings } from '../../gate/target/audit/redis.ts';
import { hasRedis, type Server, startRedis } from '../observe/debian-servers.ts';
import { sendToRedis } from '../observe/send-to-redis.ts';

describe('Redis', { skip: hasRedis ? false : 'there is no redis-server: install it' }, () => {
  let server: Server;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  const look = async (password = 'secret') => {
    const findings = await redisFindings(`redis://:${password}@127.0.0.1:${server.port}`);
    return Object.fromEntries(findings.map(({ id, outcome, seen }) => [id, { outcome, seen }]));
  };
  const send = (...commands: string[]) => sendToRedis(server.port, ['AUTH secret', ...commands]);

  test('an empty one answers, and tells nothing of how long entries live', async () => {
    const { cache, 'cache-ttl': ttl } = await look();
    assert.equal(cache!.outcome, 'ok');
    assert.equal(ttl!.outcome, 'not seen');
  });

  test('entries of fifteen minutes are fine, whatever else it keeps', async () => {
    const entries = Array.from({ length: 300 }, (_, index) => `SET stats:${index} 1 EX 900`);
    await send(...entries, 'SET ratelimit:chat:1 3 EX 60', 'SET session:abc 1');
    const { outcome, seen } = (await look())['cache-ttl']!;
    assert.equal(outcome, 'ok', seen);
    assert.match(seen, /^Of 300 entries, the last expires in (900|89\d) s\.$/);
  });

  test('entries of an hour are found', async () => {
    await send('SET analytics:1 1 EX 3600');
    assert.equal((await look())['cache-ttl']!.outcome, 'found');
  });

  test('entries that never expire are found, and counted', async () => {
    await send('SET stats:forever 1');
    assert.deepEqual((await look())['cache-ttl'], { outcome: 'found', seen: 'Of 302 entries, 1 never expire.' });
  });

  test('a wrong password is no cache, and the password is not told', async () => {
    const { cache, 'cache-ttl': ttl } = await look('wrong-one');
    assert.equal(cache!.outcome, 'found');
    assert.equal(ttl!.outcome, 'not seen');
    assert.ok(!cache!.seen.includes('wrong-one'));
  });
});

test('a Redis that is not there is found, and no entry is called fine', async () => {
  const findings = await redisFindings('redis://127.0.0.1:1');
  assert.deepEqual(
    findings.map(({ outcome }) => outcome),
    ['found', 'not seen'],
  );
});

test('entries whose life nobody could tell are never called fine', async () => {
  // INFO aside: PING, SCAN with one key, and a TTL that is none.
  const replies = ['+PONG\r\n', '*2\r\n$1\r\n0\r\n*1\r\n$5\r\nstats\r\n', '+later\r\n'];
  const server = createServer((socket) => socket.on('data', () => socket.write(replies.shift() ?? '-ERR\r\n')));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const findings = await redisFindings(`redis://127.0.0.1:${(server.address() as { port: number }).port}`);
  server.close();
  assert.equal(findings.find(({ id }) => id === 'cache-ttl')!.outcome, 'not seen');
});
