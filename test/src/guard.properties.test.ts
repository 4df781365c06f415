import assert from 'node:assert/strict';
import { BlockList, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { allButLoopback, guardProblems, isLoopback, parseTarget, targetProblem } from '../../src/wire/guard.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { alwaysHolds, anyText, damaged, isOneLine } from '../property.ts';

/** What people, and people who want to get around the guard, write as a host. */
const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.string({ unit: fc.constantFrom(...':0123456789abcdef') }).map((text) => `[${text}]`),
  fc.string({ unit: fc.constantFrom('1', '27', '0', 'x', '7f', '.', '-', 'a', 'xn--', 'localhost', '%2e', '。') }),
  fc.constantFrom(
    'localhost',
    'LOCALHOST',
    'localhost.',
    '127.0.0.1',
    '[::1]',
    '0',
    '127.1',
    'xn--a',
    'xn--',
    'x_y.dev',
  ),
);
const url = fc
  .tuple(
    fc.constantFrom('http', 'https', 'HTTP', 'ftp', 'javascript'),
    fc.constantFrom('://', ':', ':///', ':\\\\', '://user@', '://user:secret@'),
    host,
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: -1, max: 70_000 }).map((port) => `:${port}`),
      fc.constant(':'),
    ),
    fc.oneof(fc.constant(''), fc.webPath(), anyText, fc.constantFrom('/', '//', '/..', '/\\x', '?a', '#a', '@b.c')),
  )
  .map((parts) => parts.join(''));
const anyUrl = fc.oneof(url, damaged(url), anyText);

test('an address is parsed, or refused in one line without what stood before its @', () => {
  alwaysHolds(
    fc.property(anyUrl, (address) => {
      const parsed = parseTarget(address);
      if (parsed.ok) return;
      assert.ok(isOneLine(parsed.problem), parsed.problem);
      assert.ok(!parsed.problem.includes('secret@'), parsed.problem);
    }),
    1_000,
  );
});

test('what the guard lets through, every URL parser takes for the same host, scheme and port', () => {
  alwaysHolds(
    fc.property(anyUrl, (address) => {
      const parsed = parseTarget(address);
      if (!parsed.ok) return;
      const { scheme, host, port } = parsed.origin;
      // Whether punycode stands for a name is beyond the guard, and is asked where settings are read.
      if (!URL.canParse(address)) return assert.match(host, /(?:^|\.)xn--/);
      const standard = new URL(address);
      assert.equal(standard.protocol, `${scheme}:`);
      assert.equal(standard.username + standard.password, '');
      assert.equal(standard.port, port === undefined || port === (scheme === 'https' ? 443 : 80) ? '' : String(port));
      // An IPv6 address is shortened by the standard, and means the same.
      assert.equal(standard.hostname, new URL(`http://${host}`).hostname);
      if (!host.startsWith('[')) assert.equal(standard.hostname, host);
    }),
    1_000,
  );
});

test('only this machine and hosts that were named are let through', () => {
  alwaysHolds(
    fc.property(anyUrl, fc.array(fc.oneof(host, anyText), { maxLength: 3 }), (address, named) => {
      const settings = readSettings({ LAUNCHGATE_TARGETS: named.join(',') });
      if (targetProblem('BASE_URL', address, 'chat', settings) !== undefined) return;
      if (!URL.canParse(address)) return;
      const { hostname, port, protocol } = new URL(address);
      const withPort = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
      const isMeant = named
        .flatMap((entry) => entry.split(','))
        .map((entry) => entry.trim().toLowerCase())
        .some((entry) => [hostname, withPort].includes(entry) || sameIPv6(entry, hostname));
      assert.ok(isMeant || isThisMachine(hostname), hostname);
    }),
    1_000,
  );
});

/** By the system's own reading of addresses. */
function isThisMachine(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  return /^[\d.]+$/.test(hostname) && loopback.check(hostname, 'ipv4');
}

function sameIPv6(entry: string, hostname: string): boolean {
  const bare = entry.replace(/:\d+$/, '');
  return /^\[.*\]$/.test(bare) && isIPv6(bare.slice(1, -1)) && new URL(`http://${bare}`).hostname === hostname;
}

test('whatever the settings, the guard says what it has against them, one line each', () => {
  alwaysHolds(
    fc.property(anyUrl, anyUrl, anyText, (base, supabase, hosts) => {
      const settings = readSettings({ BASE_URL: base, SUPABASE_URL: supabase, LAUNCHGATE_PRODUCTION: hosts });
      for (const problem of guardProblems('chat', settings)) assert.ok(isOneLine(problem), problem);
    }),
    200,
  );
});

test('any address is in the blocks for k6 unless it is one of this machine', () => {
  // One for each: Node takes an IPv4 address for an IPv6 one besides.
  const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const block of allButLoopback()) {
    const [network, prefix] = block.split('/');
    const family = network!.includes(':') ? 'ipv6' : 'ipv4';
    blocked[family].addSubnet(network!, Number(prefix), family);
  }
  alwaysHolds(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(blocked.ipv4.check(address, 'ipv4'), !address.startsWith('127.'));
    }),
    200,
  );
  alwaysHolds(
    fc.property(fc.ipV6(), (address) => {
      const isOwn = new URL(`http://[${address}]`).hostname === '[::1]';
      assert.equal(blocked.ipv6.check(address, 'ipv6'), !isOwn);
    }),
    200,
  );
  for (const own of ['127.0.0.1', '127.255.255.254']) assert.equal(blocked.ipv4.check(own, 'ipv4'), false);
  assert.equal(blocked.ipv6.check('::1', 'ipv6'), false);
  assert.equal(isLoopback('[::1]'), true);
});
