import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { healthCheck } from '../../gate/observe/health-check.ts';
import { metricsPage } from '../../gate/observe/metrics-page.ts';
import { redis } from '../../gate/observe/redis.ts';
import type { Source } from '../../gate/observe/source.ts';
import { sourcesOf } from '../../gate/observe/sources.ts';
import { upstash } from '../../gate/observe/upstash.ts';
import { settingsInForce } from '../../gate/runs/start/settings-in-force.ts';
import { guardProblems } from '../../src/wire/guard.ts';
import { redisCommand, redisCredentials, redisReplyAt } from '../../src/wire/redis.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { alwaysHolds, alwaysHoldsInTime, anyText, damaged, disfigured, isOneLine } from '../property.ts';

/** Answers whoever connects with these pieces, and closes. */
let pieces: readonly Buffer[] = [];
let server: Server;
let port: number;
before(async () => {
  server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        for (const piece of pieces) socket.write(piece);
        socket.end();
      });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as { port: number }).port;
});
after(() => new Promise((closed) => server.close(closed)));

/** What a source makes of an answer that comes in these pieces: readings of something, a complaint of one line, or both. */
async function lookAt(source: Source, answer: readonly Buffer[]): Promise<void> {
  pieces = answer;
  for (let look = 0; look < 2; look++) {
    const { values, problem } = await source.look();
    assert.ok(problem === undefined || isOneLine(problem), problem);
    for (const { value, ageMs } of values) assert.ok(Number.isFinite(value) && ageMs >= 0, `${value} ${ageMs}`);
  }
  await source.close();
}

/** A text cut into pieces anywhere, within characters too. */
const cutUp = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.array(fc.nat(200), { maxLength: 4 })).map(([whole, cuts]) => {
    const bytes = Buffer.from(whole);
    const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
    return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
  });

const info = fc
  .tuple(fc.nat(), fc.nat(), anyText)
  .map(
    ([hits, misses, other]) => `# Stats\r\nkeyspace_hits:${hits}\r\nkeyspace_misses:${misses}\r\nother:${other}\r\n`,
  );
const bulk = info.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`);
const redisLike = fc.string({
  unit: fc.constantFrom('$', '*', '-', '+', ':', '\r\n', '1', '9', '-1', '-9', 'INFO', '$-9\r\n', '*1\r\n', 'e9', ' '),
});

test('Redis, or whatever answers in its place, gives readings or one line', async () => {
  await alwaysHoldsInTime(
    fc.asyncProperty(cutUp(fc.oneof(bulk, damaged(bulk), redisLike, anyText)), (answer) =>
      lookAt(redis(`redis://:x@127.0.0.1:${port}`), answer),
    ),
    80,
  );
});

test('a reply of Redis is read only when it is whole, and ends where it was written to end', () => {
  const { reply } = fc.letrec((tie) => ({
    reply: fc.oneof({ maxDepth: 2 }, text, fc.array(tie('reply'), { maxLength: 3 })),
  }));
  alwaysHolds(
    fc.property(reply, fc.nat(), (expected, cut) => {
      const written = encoded(expected);
      assert.deepEqual(redisReplyAt(`${written}+rest\r\n`, 0), { reply: expected, end: written.length });
      assert.equal(redisReplyAt(written.slice(0, cut % written.length), 0), undefined);
    }),
    200,
  );
});
const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) });
/** A list of texts is written as a command is. */
const encoded = (reply: unknown): string =>
  typeof reply === 'string'
    ? `$${reply.length}\r\n${reply}\r\n`
    : `*${(reply as unknown[]).length}\r\n${(reply as unknown[]).map(encoded).join('')}`;

test('bytes that are no reply are told so, wherever they end', () => {
  alwaysHolds(
    fc.property(fc.oneof(redisLike, text), (bytes) => {
      let at = 0;
      for (let read = redisReplyAt(bytes, at); read; read = redisReplyAt(bytes, at)) {
        assert.ok(read.end > at && read.end <= bytes.length, `${at} to ${read.end}`);
        if (read.reply instanceof Error) assert.ok(isOneLine(read.reply.message));
        at = read.end;
      }
    }),
    500,
  );
});

test('a password of any letters goes to Redis byte by byte', () => {
  alwaysHolds(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (password) => {
      const url = new URL('redis://127.0.0.1');
      url.password = password;
      // A percent sign of the password itself is one that the URL does not encode.
      if (password.includes('%')) return;
      const [word] = redisCredentials('', url.password);
      // Half a surrogate is no letter, and a URL has none.
      assert.equal(Buffer.from(word!, 'latin1').toString('utf8'), Buffer.from(password).toString());
      assert.equal(redisReplyAt(redisCommand(['AUTH', word!]), 0)!.end, redisCommand(['AUTH', word!]).length);
    }),
    200,
  );
});

const http = (body: fc.Arbitrary<string>) =>
  fc
    .tuple(
      body,
      fc.constantFrom(200, 401, 500),
      fc.constantFrom(
        '',
        'Date: yesterday\r\n',
        'anthropic-ratelimit-requests-limit: 0\r\nanthropic-ratelimit-requests-remaining: 5\r\n',
      ),
    )
    .map(
      ([text, status, header]) =>
        `HTTP/1.1 ${status} x\r\n${header}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );

const healthBody = {
  status: 'healthy',
  checks: { database: { status: 'ok', latency: 3 }, cache: { status: 'ok', latency: 1 } },
};
const statistics = {
  hits: [{ x: '2026-01-01 10:00:00.0 +0000 UTC', y: 3 }],
  misses: [{ x: '2026-01-01 10:00:00.0 +0000 UTC', y: 1 }],
};
const json = (good: unknown) =>
  fc.oneof(
    disfigured(good).map((value) => JSON.stringify(value) ?? ''),
    anyText,
  );
const metrics = fc.constant(
  'platform_queue_depth 3\nplatform_db_connections_used 1\nplatform_db_connections_limit 9\n',
);

test('a page of metrics, health or statistics, whole, damaged or no HTTP at all, gives readings or one line', async () => {
  const base = `http://127.0.0.1:${port}`;
  const cases = [
    [
      () => metricsPage({ url: `${base}/metrics`, headers: {}, key: 'METRICS_AUTHORIZATION' }),
      fc.oneof(metrics, damaged(metrics)),
    ],
    [() => healthCheck(readSettings({ BASE_URL: base })), json(healthBody)],
    [() => upstash('a:b', 'id', base), json(statistics)],
  ] as const;
  for (const [sourceOf, body] of cases) {
    const answer = http(body);
    await alwaysHoldsInTime(
      fc.asyncProperty(cutUp(fc.oneof(answer, damaged(answer))), (cut) => lookAt(sourceOf(), cut)),
      40,
    );
  }
});

test('of settings that nothing is said against, every source can be looked at', async () => {
  const address = fc.oneof(
    fc.constantFrom('http://127.0.0.1:1', 'http://', 'http://[:]', 'http://xn--a', 'http://a b'),
    fc.webUrl(),
    anyText,
  );
  const header = fc.oneof(fc.string(), anyText);
  const env = fc.record({
    BASE_URL: fc.constant('http://127.0.0.1:1'),
    ROUTE_PREFIX: fc.oneof(fc.constantFrom('', '/v2', '.evil.com', '@evil.com', '1'), anyText),
    METRICS_URL: fc.oneof(fc.constant('http://127.0.0.1:1/metrics'), address),
    METRICS_AUTHORIZATION: header,
    EXTRA_HEADERS: fc.dictionary(fc.constantFrom('x-a', 'x b', ''), header).map((value) => JSON.stringify(value)),
    EXPORTERS: fc
      .array(
        fc.record({ url: fc.constantFrom('http://127.0.0.1:1', 'http://', 'https://x y'), authorization: header }),
        { maxLength: 1 },
      )
      .map((value) => JSON.stringify(value)),
    REDIS_URL: fc.constantFrom(
      'redis://:50%@127.0.0.1:1',
      'redis://127.0.0.1:1',
      'rediss://127.0.0.1:1',
      'redis:',
      'x',
    ),
    DATABASE_URL: fc.constantFrom(
      '',
      'postgres://127.0.0.1:1/x',
      'postgres://u:50%@127.0.0.1:1/x',
      'x',
      'postgres://127.0.0.1:99999/x',
    ),
    LAUNCHGATE_ENV_FILE: fc.constant('/dev/null'),
  });
  await alwaysHoldsInTime(
    fc.asyncProperty(env, async (variables) => {
      const { settings, problems } = settingsInForce({ root: '/', env: variables });
      if (problems.length > 0 || guardProblems('chat', settings).length > 0) {
        return assert.ok(problems.every(isOneLine), problems.join('\n'));
      }
      for (const source of sourcesOf(settings)) await lookAt(source, []);
    }),
    100,
  );
});
