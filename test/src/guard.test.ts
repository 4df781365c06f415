import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import {
  allButLoopback,
  guardProblems,
  isLoopback,
  parseTarget,
  sameOrigin,
  targetProblem,
} from '../../src/wire/guard.ts';
import { readSettings } from '../../src/wire/settings.ts';

const host = (url: string) => {
  const parsed = parseTarget(url);
  return parsed.ok ? parsed.origin.host : undefined;
};

test('an address is scheme, host and port, the host in lower case', () => {
  const parsed = parseTarget('https://Staging.Example.com:8443/app');
  assert.deepEqual(parsed, {
    ok: true,
    origin: { scheme: 'https', host: 'staging.example.com', port: 8_443 },
    path: '/app',
  });
});

test('what k6 could take for another host than we do is refused', () => {
  for (const url of [
    'http://127.0.0.1@evil.example',
    'http://evil.example#@127.0.0.1',
    'http://127.0.0.1\\@evil.example',
    'http://127.1',
    'http://0x7f000001',
    'http://2130706433',
    'http://127.0.0.01',
    'http://127.0.0.1.',
    'http://１２７.0.0.1',
    'http://exa mple.com',
    'ftp://example.com',
    'http://example.com:0',
    'http://example.com:65536',
    'http://-a.example',
    '//example.com',
    '',
  ]) {
    assert.equal(host(url), undefined, url);
  }
});

test('127.0.0.0/8, ::1 and localhost are this machine, and nothing that looks like them', () => {
  for (const mine of ['127.0.0.1', '127.255.0.9', '[::1]', 'localhost']) assert.ok(isLoopback(mine), mine);
  for (const other of ['127.0.0.1.example.com', '128.0.0.1', 'localhost.example', '[::2]', '10.0.0.1']) {
    assert.ok(!isLoopback(other), other);
  }
});

test('a port that is left out is the scheme’s own', () => {
  const origin = (url: string) => {
    const parsed = parseTarget(url);
    return parsed.ok ? parsed.origin : assert.fail(url);
  };
  assert.ok(sameOrigin(origin('https://a.example'), origin('https://a.example:443/x')));
  assert.ok(!sameOrigin(origin('https://a.example'), origin('http://a.example')));
  assert.ok(!sameOrigin(origin('https://a.example'), origin('https://b.a.example')));
});

test('loopback runs without a word, a named host runs, any other is named in the problem', () => {
  const settings = readSettings({ LAUNCHGATE_TARGETS: 'staging.example.com, other.example:8080' });
  const problem = (url: string, name = 'chat') => targetProblem('BASE_URL', url, name, settings);
  assert.equal(problem('http://127.0.0.1:3000'), undefined);
  assert.equal(problem('https://staging.example.com'), undefined);
  assert.equal(problem('http://other.example:8080'), undefined);
  assert.match(problem('http://other.example:9090')!, /other\.example:9090 was not named/);
  assert.match(problem('https://staging.example.com.evil.example')!, /was not named/);
});

test('production takes quick alone, and only when it is spelt out', () => {
  const named = { LAUNCHGATE_PRODUCTION: 'app.example.com', LAUNCHGATE_TARGETS: 'app.example.com' };
  const problem = (name: string, env = {}) =>
    targetProblem('BASE_URL', 'https://app.example.com', name, readSettings({ ...named, ...env }));
  assert.match(problem('chat', { ALLOW_PRODUCTION: 'app.example.com' })!, /takes only the quick test, not chat/);
  assert.match(problem('quick')!, /set ALLOW_PRODUCTION=app\.example\.com/);
  assert.equal(problem('quick', { ALLOW_PRODUCTION: 'app.example.com' }), undefined);
});

test('every host is checked, and the public password key is refused elsewhere', () => {
  const problems = guardProblems(
    'chat',
    readSettings({ BASE_URL: 'https://a.example', SUPABASE_URL: 'https://b.example', LAUNCHGATE_TARGETS: 'a.example' }),
  );
  assert.equal(problems.length, 2);
  assert.match(problems[0]!, /^SUPABASE_URL: b\.example was not named/);
  assert.match(problems[1]!, /^LAUNCHGATE_PASSWORD_KEY/);
});

/** The bits of an address, for both families. */
function bitsOf(address: string): string {
  if (!isIPv6(address))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail = ''] = address.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':'));
  const middle = Array(8 - words(head).length - words(tail).length).fill('0');
  const all = address.includes('::') ? [...words(head), ...middle, ...words(tail)] : words(address);
  return all.map((word) => Number.parseInt(word, 16).toString(2).padStart(16, '0')).join('');
}

test('the blocks for k6 hold every address but those of this machine', () => {
  const blocks = allButLoopback().map((block) => {
    const [address, length] = block.split('/') as [string, string];
    return { isV6: isIPv6(address), prefix: bitsOf(address).slice(0, Number(length)) };
  });
  const isBlocked = (address: string) =>
    blocks.some(({ isV6, prefix }) => isV6 === isIPv6(address) && bitsOf(address).startsWith(prefix));
  for (const mine of ['127.0.0.1', '127.255.255.255', '::1']) assert.ok(!isBlocked(mine), mine);
  for (const other of ['126.255.255.255', '128.0.0.0', '0.0.0.0', '10.1.2.3', '255.255.255.255', '8.8.8.8']) {
    assert.ok(isBlocked(other), other);
  }
  for (const other of ['::', '::2', '::3', '1::1', 'fe80::1', '2001:db8::1', 'ffff::ffff'])
    assert.ok(isBlocked(other), other);
});

test('an address of too few groups, or of too many, is no IPv6 address', () => {
  for (const host of ['[:4]', '[::::]', '[1:2:3]', '[1:2:3:4:5:6:7:8:9]', '[1::2::3]', '[12345::]']) {
    assert.equal(parseTarget(`http://${host}/`).ok, false, host);
  }
  for (const host of ['[::]', '[::1]', '[1::]', '[1:2:3:4:5:6:7:8]', '[fe80::1]']) {
    assert.equal(parseTarget(`http://${host}/`).ok, true, host);
  }
});

test('a password before an @ is not shown, however the rest is misspelt', () => {
  for (const url of [
    'https://u:secret@a.dev',
    'https:/u:secret@a.dev',
    'u:secret@a.dev',
    'https:\\\\u:secret@a@b.dev',
  ]) {
    const parsed = parseTarget(url);
    assert.ok(!parsed.ok && !parsed.problem.includes('secret'), url);
  }
});
