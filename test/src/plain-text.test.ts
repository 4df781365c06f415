import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, quotable } from '../../src/wire/plain-text.ts';

test('what moves a cursor or turns a line is spelt out', () => {
  assert.equal(
    printable('\u001b[31mred\u0000\u009b2J\u202egpj.exe\u200b'),
    String.raw`\u001b[31mred\u0000\u009b2J\u202egpj.exe\u200b`,
  );
});

test('one line stays one line, and letters of all languages stay', () => {
  assert.equal(printable('a\r\nb\tc – déjà vu 東京 שלום 👩‍🚀'.replace('\u200d', '')), 'a b c – déjà vu 東京 שלום 👩🚀');
});

test('blanks within a line stay as they are, however many there are', () => {
  const spaced = `a${' '.repeat(1_000_000)}b`;
  assert.equal(printable(`${spaced} \n c`), `${spaced} c`);
});

test('what somebody else said is cut where it fills the screen', () => {
  assert.equal(quotable('x'.repeat(10_000)), `${'x'.repeat(500)}…`);
});
