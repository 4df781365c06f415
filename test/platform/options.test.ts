import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from '../../platform/options.ts';
import { SWITCHES, switchesOf, switchList } from '../../platform/setups.ts';

const options = (argv: string[], env: Record<string, string> = {}) => {
  const request = readOptions(argv, env);
  assert.ok(request.kind === 'serve', JSON.stringify(request));
  return request.options;
};
const problem = (argv: string[], env: Record<string, string> = {}) => {
  const request = readOptions(argv, env);
  return request.kind === 'wrong' ? request.problem : request.kind;
};

test('the recommended setup is the default, and flags win over the environment', () => {
  assert.equal(options([]).setup, 'recommended');
  assert.equal(options([], { SETUP: 'free' }).switches.connectionLimit, 15);
  assert.equal(options(['--setup', 'recommended'], { SETUP: 'free' }).switches.connectionLimit, 60);
});

test('switches come from the environment and then from flags', () => {
  const env = { PLATFORM_SWITCHES: 'vectorIndex=off, aiRequestsPerMinute=500' };
  const { switches } = options(['--switch', 'aiRequestsPerMinute=7', '--switch', 'failureShare=0.25'], env);
  assert.equal(switches.vectorIndex, 'off');
  assert.equal(switches.aiRequestsPerMinute, 7);
  assert.equal(switches.failureShare, 0.25);
});

test('limits are those of LIMITS_FILE, or the platform’s own', () => {
  assert.equal(options([]).limits.chat.windowSeconds, 60);
  const short = options([], { LIMITS_FILE: 'fixtures/short-windows.json' }).limits;
  assert.equal(short.chat.windowSeconds, 20);
  assert.equal(short.chat.allowed.pro, 50);
  assert.equal(problem([], { LIMITS_FILE: 'nowhere.json' }), "LIMITS_FILE: nowhere.json can't be read.");
});

test('every weak point of the platform is a switch, on in free and mended in recommended', () => {
  const points = new Map<number, boolean>();
  for (const entry of Object.values(SWITCHES)) {
    if (!('weakPoint' in entry)) continue;
    points.set(entry.weakPoint, points.get(entry.weakPoint) || entry.free !== entry.recommended);
  }
  assert.deepEqual(
    [...points].sort(),
    [1, 2, 3, 4, 5, 6, 7, 8].map((point) => [point, true]),
  );
});

test('the list names every switch', () => {
  for (const name of Object.keys(switchesOf('free'))) assert.match(switchList(), new RegExp(`^${name} `, 'm'));
});

test('what cannot be used is one line that says what to do', () => {
  assert.match(problem(['--switch', 'nonsense=1']), /^There is no switch "nonsense"; there are connectionLimit, /);
  assert.equal(problem(['--switch', 'cache=maybe']), 'Switch cache takes on or off, not "maybe".');
  assert.equal(problem(['--switch', 'chunks']), 'Switch chunks takes a whole number of 1 or more, not "".');
  assert.equal(problem(['--switch', 'failureShare=2']), 'Switch failureShare takes a share from 0 to 1, not "2".');
  assert.match(problem(['--setup', 'cheap']), /^SETUP must be one of free, recommended; it is "cheap"/);
  assert.equal(problem(['--port', '70000']), '--port takes a number from 0 to 65535, not "70000".');
  assert.match(problem(['--prot', '1']), /^Unknown option '--prot'\. See --help\.$/);
  assert.match(problem([], { SEED: 'x' }), /^SEED must be a whole number/);
});

test('a database that is not on this machine is refused', () => {
  const at = (url: string) => problem([], { PLATFORM_DATABASE_URL: url });
  for (const url of [
    'postgres://u@db.example.com/app',
    'postgres://u@10.0.0.1:5432/app',
    'postgres://u@127.0.0.1@db.example.com/app',
    'postgres://u@127.0.0.1/app?host=db.example.com',
  ]) {
    assert.match(at(url), /^PLATFORM_DATABASE_URL must point to this machine/, url);
  }
  assert.match(at('mysql://127.0.0.1/app'), /^PLATFORM_DATABASE_URL is no Postgres address/);
  for (const url of ['postgres://u@127.0.0.1:5432/app', 'postgresql://localhost/app', 'postgres://u@[::1]/app']) {
    assert.equal(at(url), 'serve', url);
  }
});
