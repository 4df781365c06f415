import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import {
  allButLoopback,
  guardProblems,
  isLoopback,
  optionsProblem,
  parseTarget,
  proxyProblems,
  sameOrigin,
  targetProblem,
} from '../../src/wire/guard.ts';
import { readSettings, settingsProblems } from '../../src/wire/settings.ts';

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
    'http://[:::]',
    'http://[1:2]',
    'http://[::ffff:10.0.0.1]',
    'http://[fe80::1%25eth0]',
    'http://127%2e0.0.1',
    'http://127。0。0。1',
    'http://loca\tlhost',
    'http://127.0.0.1\n.evil.example',
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

test('an address that is refused shows nothing of its user name, password and query', () => {
  for (const url of [
    'http://me:pa/ss-secret@host.example',
    'http://host.example?key=secret',
    'me:secret@host.example',
  ]) {
    const parsed = parseTarget(url);
    assert.ok(!parsed.ok);
    assert.doesNotMatch(parsed.problem, /secret/);
    assert.doesNotMatch(settingsProblems(readSettings({ BASE_URL: url.replace('http', 'ftp') })).join(), /secret/);
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

test('production is known by its port, too, where the address leaves it out', () => {
  const named = { LAUNCHGATE_PRODUCTION: 'app.example.com:443', LAUNCHGATE_TARGETS: 'app.example.com' };
  assert.match(targetProblem('BASE_URL', 'https://app.example.com', 'chat', readSettings(named))!, /is production/);
});

test('a list of hosts that names none is a problem, and not an empty list', () => {
  for (const list of ['https://app.example.com', '*.example.com', 'a.example b.example', 'app.example.com.', 'a/b']) {
    const problems = settingsProblems(readSettings({ LAUNCHGATE_PRODUCTION: list, LAUNCHGATE_TARGETS: list }));
    assert.equal(problems.length, 2, list);
  }
  const good = readSettings({ LAUNCHGATE_TARGETS: 'a.example, B.example:8443, 10.0.0.1, [2001:db8::1]:80' });
  assert.deepEqual(settingsProblems(good), []);
});

test('a route prefix is a path, and no other host', () => {
  for (const prefix of ['@evil.example', '.evil.example', ':1@evil.example/', '/a?b', '\\evil', '/a@b#']) {
    assert.match(settingsProblems(readSettings({ ROUTE_PREFIX: prefix }))[0] ?? '', /must be a path/, prefix);
  }
  assert.deepEqual(settingsProblems(readSettings({ ROUTE_PREFIX: '/v2/app' })), []);
});

test('no header may say that another host is meant, or begin a second request', () => {
  for (const headers of [{ Host: 'app.example' }, { hOST: 'x' }, { 'x-a': 'b\r\nHost: app.example' }, { 'x a': 'b' }]) {
    const problems = settingsProblems(readSettings({ EXTRA_HEADERS: JSON.stringify(headers) }));
    assert.match(
      problems[0] ?? '',
      /^EXTRA_HEADERS must (not hold Host|be a JSON object of header names)/,
      JSON.stringify(headers),
    );
  }
});

test('a proxy that the load would pass has to be named; loopback passes none', () => {
  const problems = (env: Record<string, string>) => proxyProblems(env, readSettings(env));
  const staging = { BASE_URL: 'https://staging.example', LAUNCHGATE_TARGETS: 'staging.example' };
  const proxy = { HTTPS_PROXY: 'http://user:secret@proxy.example:3128' };
  assert.deepEqual(problems({ ...staging, ...proxy }), [
    'HTTPS_PROXY: proxy.example:3128 was not named; add it to LAUNCHGATE_TARGETS if you may load it, or unset HTTPS_PROXY.',
  ]);
  assert.equal(problems({ ...staging, http_proxy: '127.0.0.2:3128' }).length, 1);
  assert.deepEqual(problems({ ...staging, ...proxy, NO_PROXY: 'other.example,staging.example' }), []);
  assert.equal(problems({ ...staging, ...proxy, NO_PROXY: 'example' }).length, 1);
  assert.deepEqual(problems({ ...staging, ...proxy, LAUNCHGATE_TARGETS: 'staging.example,proxy.example:3128' }), []);
  assert.deepEqual(problems({ BASE_URL: 'http://127.0.0.1:3000', ...proxy }), []);
  assert.equal(problems({ BASE_URL: 'http://127.0.0.1:3000', ...proxy, NODE_USE_ENV_PROXY: '1' }).length, 1);
});

test('options of k6 that lead elsewhere are a problem', () => {
  const local = readSettings({ BASE_URL: 'http://127.0.0.1:3000' });
  const staging = readSettings({ BASE_URL: 'https://staging.example', LAUNCHGATE_TARGETS: 'staging.example' });
  assert.equal(optionsProblem({ hosts: null, blacklistIPs: allButLoopback() }, local), undefined);
  assert.match(optionsProblem({ blacklistIPs: ['10.0.0.0/8'] }, local)!, /blacklistIPs/);
  assert.equal(optionsProblem({ hosts: {}, blacklistIPs: [] }, staging), undefined);
  assert.match(
    optionsProblem({ hosts: { 'staging.example': '10.0.0.1' } }, staging)!,
    /leads staging\.example to other/,
  );
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
