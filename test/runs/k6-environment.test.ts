import assert from 'node:assert/strict';
import { test } from 'node:test';
import { k6ArgumentProblems, k6Environment } from '../../gate/runs/k6/k6-environment.ts';
import { readSettings } from '../../src/wire/settings.ts';

test('k6 variables that change the load are dropped, outputs stay', () => {
  const { env, dropped } = k6Environment(
    { K6_VUS: '5', K6_TAGS: 'a=b', K6_WEB_DASHBOARD_PORT: '-1', K6_PROMETHEUS_RW_SERVER_URL: 'http://x', HOME: '/h' },
    readSettings({}),
  );
  assert.deepEqual(dropped, ['K6_VUS', 'K6_TAGS']);
  assert.equal(env.K6_VUS, undefined);
  assert.equal(env.K6_WEB_DASHBOARD_PORT, '-1');
  assert.equal(env.K6_PROMETHEUS_RW_SERVER_URL, 'http://x');
  assert.equal(env.HOME, '/h');
  assert.equal(env.K6_NO_USAGE_REPORT, 'true');
});

test('k6 sees the settings, but for those that it has no use for', () => {
  const secret = {
    DATABASE_URL: 'postgres://u:p@h/d',
    SUPABASE_SERVICE_ROLE_KEY: 'service',
    SUPABASE_ANON_KEY: 'anon',
  };
  const { env } = k6Environment(secret, readSettings({ ...secret, PACE: '2' }));
  assert.equal(env.PACE, '2');
  assert.equal(env.SUPABASE_ANON_KEY, 'anon');
  assert.equal(env.DATABASE_URL, undefined);
  assert.equal(env.SUPABASE_SERVICE_ROLE_KEY, undefined);
});

test('k6 gets the key to k6 Cloud only for streaming, and the key to metrics only to read them', () => {
  const keys = { K6_CLOUD_TOKEN: 'token', METRICS_AUTHORIZATION: 'Bearer key' };
  const none = k6Environment(keys, readSettings(keys)).env;
  assert.equal(none.K6_CLOUD_TOKEN, undefined);
  assert.equal(none.METRICS_AUTHORIZATION, undefined);
  const both = k6Environment(keys, readSettings({ ...keys, METRICS_URL: 'http://127.0.0.1/metrics' }), true).env;
  assert.equal(both.K6_CLOUD_TOKEN, 'token');
  assert.equal(both.METRICS_AUTHORIZATION, 'Bearer key');
});

test('k6 options that replace the workload are refused with what to use instead', () => {
  assert.deepEqual(k6ArgumentProblems(['--out', 'json=x', '--vus=5', '-d10s', '-vqu5', '-ve', '-v']), [
    'k6 option --vus would change what is measured; use --users.',
    'k6 option -d would change what is measured; use --profile.',
    'k6 option -u would change what is measured; use --users.',
    'k6 option -e would change what is measured; use the environment or .env.test.',
  ]);
});

test('A word without a dash is no k6 argument', () => {
  assert.deepEqual(k6ArgumentProblems(['smoke']), ['"smoke" is no option of k6; give the profile as --profile.']);
});
