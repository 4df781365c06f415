import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../src/lib/http.ts';
import { failureOf } from '../../src/lib/seldom/failures.ts';
import { followed } from '../../src/lib/seldom/redirects.ts';

const URL = 'https://app.example.com/api/chat';

function reply(status: number, location = ''): Reply {
  return { status, headers: { Location: location }, body: '' } as unknown as Reply;
}

/** What is asked for when the first answer leads to `location`, and each further one there again. */
function askedFor(location: string, next: Reply): { asked: string[]; last: Reply } {
  const asked: string[] = [];
  const request = (_: string, url: string) => {
    asked.push(url);
    return next;
  };
  return { asked, last: followed(reply(302, location), 'GET', URL, null, {}, request as never) };
}

test('a redirect within the origin is followed, however it is written', () => {
  for (const location of ['/v2/chat', '//app.example.com/v2/chat', 'https://app.example.com/v2/chat']) {
    const { asked, last } = askedFor(location, reply(200));
    assert.deepEqual(asked, ['https://app.example.com/v2/chat'], location);
    assert.equal(last.status, 200);
  }
});

test('a redirect elsewhere sends nothing, however it is written', () => {
  const elsewhere = ['https://example.org/', '//example.org/api/chat', 'http://app.example.com/', 'mailto:me', ''];
  for (const location of elsewhere) {
    const { asked, last } = askedFor(location, reply(200));
    assert.deepEqual(asked, [], location);
    assert.equal(last.status, 302);
  }
});

test('a redirect in a circle ends after three hops', () => {
  assert.equal(askedFor('/api/chat', reply(302, '/api/chat')).asked.length, 3);
});

test('a redirect that was not followed to its end is a failure of its own kind, unless it is what was asked for', () => {
  assert.equal(failureOf(reply(302), [200]), 'redirect');
  assert.equal(failureOf(reply(304), [200, 304]), 'malformed');
  assert.equal(failureOf(reply(404), [200]), 'client-error');
});
