import assert from 'node:assert/strict';
import { test } from 'node:test';
import Papa from 'papaparse';
import { fixtureProblem, isAmong, passwordFrom } from '../../src/wire/fixtures.ts';
import { limitOf } from '../../src/wire/limits.ts';
import { parseServerTiming } from '../../src/wire/routes.ts';
import { encodedPart, sessionCookieName, sessionCookies, sessionCookieValue } from '../../src/wire/session-cookie.ts';
import { readSessions } from '../../src/wire/sessions.ts';

test('the session cookie is named after the first label of the Supabase host', () => {
  assert.equal(sessionCookieName('abcdefgh.supabase.co'), 'sb-abcdefgh-auth-token');
  assert.equal(sessionCookieName('127.0.0.1'), 'sb-127-auth-token');
});

test('a session of up to 3,180 characters is one cookie, a longer one is cut into numbered ones', () => {
  const name = 'sb-x-auth-token';
  // `base64-` counts.
  assert.deepEqual(
    sessionCookies(name, 'a'.repeat(3_173)).map(([key, value]) => [key, value.length]),
    [[name, 3_180]],
  );
  assert.deepEqual(
    sessionCookies(name, 'a'.repeat(3_174)).map(([key, value]) => [key, value.length]),
    [
      [`${name}.0`, 3_180],
      [`${name}.1`, 1],
    ],
  );
});

test('what was cut is put together again, and plain JSON is left as it is', () => {
  const encoded = 'b'.repeat(7_000);
  const cookies = Object.fromEntries(sessionCookies('s', encoded));
  assert.equal(encodedPart(sessionCookieValue('s', { other: 'x', ...cookies })!), encoded);
  assert.equal(encodedPart(sessionCookieValue('s', { s: '{"access_token":"t"}' })!), undefined);
  assert.equal(sessionCookieValue('s', { other: 'x' }), undefined);
});

test('of a Server-Timing header our own parts with a duration are read', () => {
  assert.deepEqual(parseServerTiming('db;dur=12.5, ai;desc="answer";dur=900, cdn;dur=3, auth, cache;dur=x'), [
    ['db', 12.5],
    ['ai', 900],
  ]);
  assert.deepEqual(parseServerTiming(''), []);
});

test('a limit counts the route that has one of its own, every other app route together, and nothing else', () => {
  assert.equal(limitOf('POST /api/chat'), 'chat');
  assert.equal(limitOf('GET /api/chat'), 'api');
  assert.equal(limitOf('POST /api/video/upload-url'), 'upload');
  assert.equal(limitOf('GET /api/health'), undefined);
  assert.equal(limitOf('POST /auth/v1/token password'), undefined);
  assert.equal(limitOf('PUT /storage/v1/object/upload/sign'), undefined);
});

const problemOf = (text: string) =>
  fixtureProblem('videos', Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }));
const HEADER = 'video_id,creator_id,title,category,duration_seconds\n';

test('a fixture that can’t be used is one line with file, line and remedy', () => {
  const remedy = 'run `./launchgate data generate`';
  assert.equal(problemOf(`${HEADER}v,c,T,k,60\n`), undefined);
  assert.equal(problemOf(''), `fixtures/videos.csv has no rows; ${remedy}.`);
  assert.equal(problemOf(HEADER), `fixtures/videos.csv has no rows; ${remedy}.`);
  assert.equal(
    problemOf('video_id,creator_id,category,duration_seconds\nv,c,k,60\n'),
    `fixtures/videos.csv line 1: column "title" is missing; ${remedy}.`,
  );
  assert.equal(
    problemOf(`${HEADER}v,c,T,k,60\nv,,T,k,60\n`),
    `fixtures/videos.csv line 3: column "creator_id" is empty; ${remedy}.`,
  );
  assert.match(problemOf(`${HEADER}v,c,T\n`)!, /^fixtures\/videos\.csv line 2: /);
});

test('a password follows from the address’s HMAC and meets the usual rules', () => {
  const password = passwordFrom('0123456789abcdef'.repeat(4));
  assert.equal(password, 'Lt1-0123456789abcdef0123456789abcdef01234567');
  assert.match(password, /[A-Z]/);
  assert.match(password, /\d/);
});

test('what a Server-Timing description says is no entry, and durations may be quoted or in powers of ten', () => {
  assert.deepEqual(parseServerTiming('ai;desc="slow, db;dur=99";dur=5, cache;dur="1.5", vector;dur=1e3'), [
    ['ai', 5],
    ['cache', 1.5],
    ['vector', 1_000],
  ]);
  assert.deepEqual(parseServerTiming('db;x-dur=9, ai;desc="dur=9", auth;dur=3ms, cache;dur=1e999'), []);
});

test('sessions that hold no token that could be used are no sessions', () => {
  const file = (sessions: unknown[]) => JSON.stringify({ schema: 1, supabaseUrl: 'http://a', sessions });
  const token = { access_token: 'a', refresh_token: 'r', expires_in: 3_600, expires_at: 2_000_000_000 };
  assert.equal(readSessions(file([{ email: 'a@x.dev', token }]), 'http://a').ok, true);
  for (const broken of [
    null,
    {},
    { email: 'a@x.dev' },
    { email: 'a@x.dev', token: { ...token, expires_at: 'soon' } },
  ]) {
    const read = readSessions(file([broken]), 'http://a');
    assert.match(read.ok ? '' : read.problem, /^SESSIONS_FILE is no sessions file of this launchgate; run /);
  }
});

test('a reference is to one of the videos when it is the whole id of one', () => {
  assert.equal(isAmong(' v1 v2 ', 'v1'), true);
  assert.equal(isAmong(' v1 v2 ', 'v2'), true);
  for (const id of ['v', 'v3', 'v1 v2', 'v1 ', '', ' ', undefined, null, ['v1']]) {
    assert.equal(isAmong(' v1 v2 ', id), false, JSON.stringify(id));
  }
});

test('of a creator without videos no reference is, not even an empty one', () => {
  assert.equal(isAmong('  ', ''), false);
});
