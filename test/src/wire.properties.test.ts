import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import Papa from 'papaparse';
import { FIXTURE_COLUMNS, type FixtureName, fixtureProblem, TIERS } from '../../src/wire/fixtures.ts';
import { DEFAULT_LIMITS, LIMIT_NAMES, parseLimits, type RateLimit } from '../../src/wire/limits.ts';
import { parseServerTiming, SERVER_PARTS } from '../../src/wire/routes.ts';
import { encodedPart, sessionCookies, sessionCookieValue } from '../../src/wire/session-cookie.ts';
import { readSessions, sessionsProblem } from '../../src/wire/sessions.ts';
import { alwaysHolds, anyText, damaged, disfigured, isOneLine } from '../property.ts';

/** An entry as RFC 9110 and Server Timing allow it: a name, and parameters that are words or quoted texts. */
const timing = fc.record({
  name: fc.constantFrom(...SERVER_PARTS, 'cdn', 'total', 'edge-db', 'DB'),
  description: fc.option(fc.string({ unit: fc.constantFrom('a', ' ', ',', ';', '=', 'db', 'dur=99', '\\', '"') }), {
    nil: undefined,
  }),
  duration: fc.oneof(fc.constant(undefined), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(100_000)),
  isQuoted: fc.boolean(),
  isFirst: fc.boolean(),
});

test('of a Server-Timing header every part of ours is read with its duration, whatever descriptions say', () => {
  alwaysHolds(
    fc.property(fc.array(timing, { maxLength: 5 }), (entries) => {
      const header = entries
        .map(({ name, description, duration, isQuoted, isFirst }) => {
          const dur = duration === undefined ? [] : [isQuoted ? `dur="${duration}"` : `dur=${duration}`];
          const desc = description === undefined ? [] : [`desc="${description.replace(/["\\]/g, '\\$&')}"`];
          return [name, ...(isFirst ? [...dur, ...desc] : [...desc, ...dur])].join(';');
        })
        .join(', ');
      const ours: readonly string[] = SERVER_PARTS;
      assert.deepEqual(
        parseServerTiming(header),
        entries
          .filter(({ name, duration }) => ours.includes(name) && duration !== undefined)
          .map(({ name, duration }) => [name, duration! + 0]),
      );
    }),
    300,
  );
});

test('a Server-Timing header that is none gives no duration that is not a number from 0 on', () => {
  const header = fc.oneof(
    anyText,
    fc.string({ unit: fc.constantFrom('db', 'ai', ';', ',', 'dur', '=', '-', '1', '.', 'e9', '"', ' ', '\\') }),
  );
  alwaysHolds(
    fc.property(header, (text) => {
      for (const [part, ms] of parseServerTiming(text)) {
        assert.ok(SERVER_PARTS.includes(part));
        assert.ok(Number.isFinite(ms) && ms >= 0, `${ms}`);
      }
    }),
    500,
  );
});

test('a session comes out of its cookies as it went in, whatever else the request carries', () => {
  alwaysHolds(
    fc.property(
      fc.base64String({ maxLength: 12_000 }).map((text) => text.replaceAll('=', '')),
      fc.dictionary(fc.string(), fc.string()),
      (encoded, others) => {
        const cookies = { ...others, ...Object.fromEntries(sessionCookies('sb-x-auth-token', encoded)) };
        assert.equal(encodedPart(sessionCookieValue('sb-x-auth-token', cookies)!), encoded);
      },
    ),
  );
});

const limitsFile = {
  chat: { basic: 20, windowSeconds: 30 },
  quiz: { free: 1, algorithm: 'fixed' },
  chatQuota: { free: 10 },
};

test('a limits file gives a whole table, or one line for each thing wrong', () => {
  const text = fc.oneof(
    anyText,
    damaged(fc.constant(JSON.stringify(limitsFile, null, 2))),
    disfigured(limitsFile).map((file) => JSON.stringify(file) ?? ''),
    fc.constant('{"chat": {"windowSeconds": 1e999}}'),
  );
  alwaysHolds(
    fc.property(text, (file) => {
      const read = parseLimits(file);
      if (!read.ok) {
        assert.ok(read.problems.length > 0);
        for (const problem of read.problems) assert.ok(isOneLine(problem), problem);
        return;
      }
      for (const name of LIMIT_NAMES) {
        const { windowSeconds, algorithm, allowed }: RateLimit = read.limits[name];
        assert.ok(windowSeconds > 0 && Number.isFinite(windowSeconds), `${windowSeconds}`);
        assert.ok(['sliding', 'fixed'].includes(algorithm));
        assert.deepEqual(Object.keys(allowed), Object.keys(DEFAULT_LIMITS[name].allowed));
      }
      for (const tier of TIERS) assert.ok(read.limits.chatQuota[tier]);
    }),
    500,
  );
});

const SUPABASE = 'https://x.supabase.co';
const session = (email: string) => ({
  email,
  token: {
    ...{ access_token: 'a.b.c', token_type: 'bearer', expires_in: 3_600, expires_at: 2_000_000_000 },
    ...{ refresh_token: 'r', user: { id: 'u', email, role: 'authenticated' } },
  },
});
const sessionsFile = { schema: 1, supabaseUrl: SUPABASE, sessions: [session('a@x.dev'), session('b@x.dev')] };

test('a sessions file gives sessions that can be used, or one line with the remedy', () => {
  const text = fc.oneof(
    anyText,
    damaged(fc.constant(JSON.stringify(sessionsFile))),
    disfigured(sessionsFile).map((file) => JSON.stringify(file) ?? ''),
  );
  alwaysHolds(
    fc.property(text, fc.integer({ min: 0, max: 3_000_000_000 }), (file, now) => {
      const read = readSessions(file, SUPABASE);
      if (!read.ok) return assert.ok(isOneLine(read.problem), read.problem);
      const problem = sessionsProblem(read.sessions, ['a@x.dev', 'b@x.dev'], 300, now);
      if (problem) return assert.ok(isOneLine(problem) && !problem.includes('NaN'), problem);
      for (const { email, token } of read.sessions) {
        assert.equal(typeof email, 'string');
        assert.ok(token.access_token && token.refresh_token && Number.isFinite(token.expires_at));
      }
    }),
    500,
  );
});

const parse = (text: string) => Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
const names = Object.keys(FIXTURE_COLUMNS) as FixtureName[];
/** Rows whose every field says something, in any order of columns, with columns of other people between. */
const fixture = fc.constantFrom(...names).chain((name) => {
  const columns = fc.shuffledSubarray([...FIXTURE_COLUMNS[name], 'note'], {
    minLength: FIXTURE_COLUMNS[name].length + 1,
  });
  const field = anyText.filter((text) => text !== '');
  return columns.chain((order) =>
    fc.array(fc.tuple(...order.map(() => field)), { minLength: 1, maxLength: 5 }).map((rows) => ({
      name,
      rows: rows.map((row) => Object.fromEntries(row.map((text, at) => [order[at]!, text]))),
    })),
  );
});

test('fixtures that were written whole are read back as they were', () => {
  alwaysHolds(
    fc.property(fixture, ({ name, rows }) => {
      const parsed = parse(Papa.unparse(rows));
      assert.equal(fixtureProblem(name, parsed), undefined);
      assert.deepEqual(parsed.data, rows);
    }),
  );
});

test('fixtures that are damaged have every field filled, or get one line that names the file', () => {
  const file = fixture.chain(({ name, rows }) =>
    fc.tuple(fc.constant(name), fc.oneof(damaged(fc.constant(Papa.unparse(rows))), anyText)),
  );
  alwaysHolds(
    fc.property(file, ([name, text]) => {
      const parsed = parse(text);
      const problem = fixtureProblem(name, parsed);
      if (problem) return assert.ok(isOneLine(problem) && problem.startsWith(`fixtures/${name}.csv`), problem);
      assert.ok(parsed.data.length > 0);
      for (const row of parsed.data) for (const column of FIXTURE_COLUMNS[name]) assert.ok(row[column], column);
    }),
    300,
  );
});
