import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache } from '../../platform/cache.ts';
import { Connections } from '../../platform/db/connections.ts';
import { columnValue, parameter, sql } from '../../platform/db/database.ts';
import { chunks } from '../../platform/db/seed.ts';
import { EMBEDDING_DIMENSIONS, embed, vectorBytes } from '../../platform/embedding.ts';
import { Bandwidth } from '../../platform/media.ts';
import { Storage } from '../../platform/storage.ts';
import { VIDEOS } from './embedded.ts';

const fixtures = {
  users: [],
  videos: VIDEOS.map(({ id, creatorId, title }) => ({
    video_id: id,
    creator_id: creatorId,
    title,
    category: 'lesson',
    duration_seconds: '600',
  })),
};

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

test('direct connections are refused when none is free, in the words of Postgres', async () => {
  const connections = new Connections(2, false);
  await connections.acquire();
  await connections.acquire();
  await assert.rejects(connections.acquire(), {
    message: 'remaining connection slots are reserved for non-replication superuser connections',
    code: '53300',
  });
  connections.release();
  await connections.acquire();
  assert.equal(connections.used, 2);
});

test('pooled connections are handed on in turn', async () => {
  const connections = new Connections(1, true);
  await connections.acquire();
  const order: number[] = [];
  const waiting = [1, 2].map((number) => connections.acquire().then(() => order.push(number)));
  assert.equal(connections.waiting, 2);
  connections.release();
  connections.release();
  await Promise.all(waiting);
  assert.deepEqual(order, [1, 2]);
  connections.release();
  assert.equal(connections.used, 0);
});

test('the cache forgets after 15 minutes', () => {
  const cache = new Cache(true);
  cache.set('g', 'n', 'kept', 0);
  assert.equal(cache.get('g', 'n', 15 * 60_000 - 1), 'kept');
  assert.equal(cache.get('g', 'n', 15 * 60_000), undefined);
  assert.deepEqual([cache.hits, cache.misses], [1, 1]);
});

test('the cache drops a group and leaves the others', () => {
  const cache = new Cache(true);
  cache.set('creator', 'list', 1);
  cache.set('creator', 'stats', 2);
  cache.set('other', 'list', 3);
  cache.drop('creator');
  assert.equal(cache.get('creator', 'list'), undefined);
  assert.equal(cache.get('creator', 'stats'), undefined);
  assert.equal(cache.get('other', 'list'), 3);
});

test('a cache that is off neither keeps nor counts', () => {
  const cache = new Cache(false);
  cache.set('g', 'n', 1);
  assert.equal(cache.get('g', 'n'), undefined);
  assert.deepEqual([cache.hits, cache.misses], [0, 0]);
});

test('chunks are the same for the same seed, and others for another', () => {
  const of = (seed: number) => [...chunks(fixtures, 8, seed)].map(({ text, embedding }) => [text, [...embedding]]);
  assert.deepEqual(of(1), of(1));
  assert.notDeepEqual(of(1), of(2));
});

test('chunks have unit embeddings and are spread over all videos', () => {
  const made = [...chunks(fixtures, 10, 1)];
  for (const { embedding } of made) assert.ok(Math.abs(dot(embedding, embedding) - 1) < 1e-5);
  assert.deepEqual(
    VIDEOS.map(({ id }) => made.filter(({ videoId }) => videoId === id).length),
    [3, 3, 2, 2],
  );
});

test('a question is nearest to the video that it speaks of', () => {
  const [first] = VIDEOS;
  const question = embed('How do I go about choosing the aperture? #17', first!.creatorId);
  const likeness = [...chunks(fixtures, 4, 1)].map(({ embedding }) => dot(question, embedding));
  assert.equal(Math.max(...likeness), likeness[0]);
});

test("a vector's bytes are pgvector's binary format", () => {
  const bytes = vectorBytes(Float32Array.of(1, -2));
  assert.equal(Buffer.from(bytes).toString('hex'), '00020000' + '3f800000' + 'c0000000');
  assert.equal(vectorBytes(embed('a text', 'c')).length, 4 + 4 * EMBEDDING_DIMENSIONS);
});

test('a statement keeps its parameters out of its text', () => {
  const name = "'; drop table students; --";
  assert.deepEqual(sql`select ${1} where name = ${name}`, { text: 'select $1 where name = $2', values: ['1', name] });
});

test('lists become Postgres arrays and objects JSON', () => {
  assert.equal(parameter(['a', 'say "b"', null]), '{"a","say \\"b\\"",NULL}');
  assert.equal(parameter({ a: 1 }), '{"a":1}');
  assert.deepEqual(columnValue(1009, '{a,"say \\"b\\"",NULL,"x,y"}'), ['a', 'say "b"', null, 'x,y']);
  assert.equal(columnValue(1184, '2026-01-02 03:04:05.6+00'), '2026-01-02T03:04:05.600Z');
});

test('an upload token is good for its own path and 15 minutes', () => {
  const storage = new Storage();
  const token = storage.sign('videos/a', 0);
  assert.equal(storage.accepts('videos/a', token, 899_000), true);
  assert.equal(storage.accepts('videos/a', token, 900_000), false);
  assert.equal(storage.accepts('videos/b', token, 0), false);
  assert.equal(storage.accepts('videos/a', `9999999999.${token.split('.')[1]}`, 0), false);
});

test('media share the bandwidth: the second waits for the first', () => {
  // 8 Mbit/s are 1,000 bytes a millisecond.
  const media = new Bandwidth(8);
  assert.equal(media.delayMs(20_000, 100), 20);
  assert.equal(media.delayMs(5_000, 110), 15);
  assert.equal(media.delayMs(1_000, 500), 1);
  assert.equal(media.bytes, 26_000);
});
