import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { terminalScreen } from '../../gate/cli/terminal.ts';
import type { Progress } from '../../gate/runs/k6/progress.ts';

const AT_83_S: Progress = {
  atMs: 83_400,
  plannedMs: 385_000,
  phase: 'normal',
  users: 100,
  route: 'POST /api/chat',
  perSecond: 5.6,
  p95: 2_412,
  failed: 0.0123,
};

function output(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, write: (text: string) => written.push(text), written };
}

test('On a terminal progress is one line that is drawn over itself, and cleared for the next words', () => {
  const out = output(true);
  const screen = terminalScreen(out, {});
  screen.progress(AT_83_S);
  screen.progress({ ...AT_83_S, phase: 'ramp', p95: undefined });
  screen.line('Done.');
  assert.deepEqual(out.written, [
    '\r\u001b[K1:23 of 6:25  normal  100 users  5.6 messages/s  p95 2.41 s  failed 1.2 %',
    '\r\u001b[K1:23 of 6:25  ramp    100 users  5.6 messages/s  p95 -  failed 1.2 %',
    '\r\u001b[KDone.\n',
  ]);
});

test('In a pipe progress is a plain line every ten seconds', () => {
  const out = output(false);
  const screen = terminalScreen(out, {});
  for (let second = 1; second <= 25; second++) screen.progress({ ...AT_83_S, atMs: second * 1_000 });
  screen.line('Done.');
  assert.deepEqual(
    out.written.map((text) => text.slice(0, 4)),
    ['0:10', '0:20', 'Done'],
  );
  assert.equal(stripVTControlCharacters(out.written.join('')), out.written.join(''));
});

test('In a pipe each of several runs has its progress', () => {
  const out = output(false);
  const screen = terminalScreen(out, {});
  for (const second of [1, 10, 20, 30, 1, 10]) screen.progress({ ...AT_83_S, atMs: second * 1_000 });
  assert.deepEqual(
    out.written.map((text) => text.slice(0, 4)),
    ['0:10', '0:20', '0:30', '0:10'],
  );
});

test('NO_COLOR and a dumb terminal get no control characters', () => {
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    const out = output(true);
    terminalScreen(out, env).progress(AT_83_S);
    assert.equal(stripVTControlCharacters(out.written.join('')), out.written.join(''));
  }
});
