import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envExample, readSettings, redact, SETTINGS, settingsProblems } from '../../src/wire/settings.ts';

test('no setting begins with K6_, which k6 would take for its own', () => {
  assert.deepEqual(
    SETTINGS.filter(({ name }) => name.startsWith('K6_')),
    [],
  );
});

test('an empty variable counts as unset, and blanks around a value are cut off', () => {
  const settings = readSettings({ PROFILE: '', BASE_URL: ' http://127.0.0.1:3000 ' });
  assert.equal(settings.PROFILE, 'standard');
  assert.equal(settings.BASE_URL, 'http://127.0.0.1:3000');
});

test('the defaults are no problem', () => {
  assert.deepEqual(settingsProblems(readSettings({})), []);
});

test('everything that can’t be used is said at once, with what it takes', () => {
  const problems = settingsProblems(
    readSettings({
      PROFILE: 'huge',
      USERS: '1e3',
      PACE: '0',
      REPEAT_QUESTIONS: 'often',
      BASE_URL: 'staging.example.com',
      EXTRA_HEADERS: '["x"]',
    }),
  );
  assert.deepEqual(problems, [
    'BASE_URL must start with http:// or https://; it is "staging.example.com".',
    'EXTRA_HEADERS must be a JSON object of header names and texts, each on one line; it is set to something else.',
    'PROFILE must be one of smoke, gate, standard, full; it is "huge".',
    'USERS must be a whole number above 0, of nine digits at most; it is "1e3".',
    'PACE must be a number above 0, a million at most; it is "0".',
    'REPEAT_QUESTIONS must be a number from 0 to 1; it is "often".',
  ]);
});

test('secrets are blotted out of any text, the values of headers too', () => {
  const settings = readSettings({
    SUPABASE_SERVICE_ROLE_KEY: 'service-secret',
    EXTRA_HEADERS: '{"x-bypass":"bypass-secret"}',
  });
  assert.equal(
    redact('key service-secret, header bypass-secret, profile standard', settings),
    'key [redacted], header [redacted], profile standard',
  );
});

test('of an address its password is blotted out by itself, and keys as they stand in addresses', () => {
  const settings = readSettings({
    DATABASE_URL: 'postgres://me:pass%2Fword@host.example/db',
    REDIS_URL: 'rediss://default:redis-password@host.example',
    METRICS_AUTHORIZATION: 'Bearer metrics-key',
    UPSTASH_ACCOUNT: 'me@example.com:upstash-key',
    EXPORTERS: '[{"url":"http://u:exporter-password@host.example/metrics"}]',
    LAUNCHGATE_PASSWORD_KEY: 'a key/with "signs"',
  });
  const told =
    'pass%2Fword pass/word redis-password metrics-key upstash-key exporter-password a%20key%2Fwith%20%22signs%22';
  assert.equal(redact('{"key":"a key/with \\"signs\\""}', settings), '{"key":"[redacted]"}');
  assert.equal(redact(told, settings), told.replace(/\S+/g, '[redacted]'));
});

test('the example names every setting and the value of no secret', () => {
  const example = envExample();
  for (const { name, default: value, ...rest } of SETTINGS) {
    assert.match(example, new RegExp(`^${name}=`, 'm'));
    if ('secret' in rest && value) assert.ok(!example.includes(`${name}=${value}`), name);
  }
});

const problemsOf = (env: Record<string, string>) => settingsProblems(readSettings(env)).join('\n');

test('what no header can carry is refused before it is sent', () => {
  assert.match(problemsOf({ EXTRA_HEADERS: '{"x-a":"one\\ntwo"}' }), /^EXTRA_HEADERS must be/);
  assert.match(problemsOf({ EXTRA_HEADERS: '{"x a":"one"}' }), /^EXTRA_HEADERS must be/);
  assert.match(problemsOf({ METRICS_AUTHORIZATION: 'Bearer “x”' }), /^METRICS_AUTHORIZATION must be text/);
  assert.match(problemsOf({ EXPORTERS: '[{"url":"http://a","authorization":"a\\nb"}]' }), /^EXPORTERS must be/);
});

test('numbers that are none to reckon with are refused', () => {
  assert.match(problemsOf({ PACE: 'Infinity' }), /^PACE must be/);
  assert.match(problemsOf({ REPEAT_QUESTIONS: '5' }), /^REPEAT_QUESTIONS must be a number from 0 to 1/);
  assert.match(problemsOf({ USERS: '99999999999999999999' }), /^USERS must be/);
});

test('of secrets that hold each other the whole is blotted out', () => {
  const settings = readSettings({ SUPABASE_SERVICE_ROLE_KEY: 'abcd', REDIS_URL: 'abcd-and-more' });
  assert.equal(redact('it is abcd-and-more', settings), 'it is [redacted]');
});
