import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrapped } from '../../gate/cli/wrapped.ts';

test('a line that fits stays as it is', () => {
  assert.equal(wrapped('ok  settings', 12), 'ok  settings');
});

test('a longer one goes on under the last column that leaves room', () => {
  assert.equal(
    wrapped('ok        Cache (cache): The health check finds it well.', 40),
    'ok        Cache (cache): The health\n          check finds it well.',
  );
});

test('columns far to the right are no place to go on', () => {
  const line = 'passed  cache.reachable            The health check finds it well';
  assert.equal(wrapped(line, 40), 'passed  cache.reachable            The\n        health check finds it well');
});

test('a sentence without columns goes on two further in', () => {
  assert.equal(wrapped('one two three four', 9), 'one two\n  three\n  four');
});

test('colours take no room, and a word that is too long stays whole', () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[0m`;
  assert.equal(wrapped(`${red('bad')} wide`, 8), `${red('bad')} wide`);
  assert.equal(wrapped('see https://example.com/a/long/path', 10), 'see\n  https://example.com/a/long/path');
});
