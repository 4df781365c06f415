/** That the attack on launchgate's home can fail, and that its table is right. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { Verdict } from '../../src/wire/run-files.ts';
import { type Aftermath, type Case, rowOf } from './attack.ts';
import { COMMAND_CASES } from './command-cases.ts';
import { ENDING_CASES, hit } from './ending-cases.ts';
import { type Ended, Home } from './home.ts';
import { lineOf, linesOf, tableOf } from './home-table.ts';
import { SCARCITY_CASES } from './scarcity-cases.ts';

const ended = (exitCode: number | null, more: Partial<Ended> = {}): Ended => {
  return { exitCode, signal: null, stdout: '', stderr: 'its last words', ...more };
};
const verdict = (outcome: string, ...codes: string[]): Verdict => {
  return { outcome, reasons: codes.map((code) => ({ code, text: code })) } as unknown as Verdict;
};

const CASE: Case = { name: 'hold', exits: [130], outcomes: ['interrupted'], attack: async () => ended(130) };
const GOOD: Aftermath = {
  ended: ended(130),
  left: [],
  runs: [{ report: ended(0), verdict: verdict('interrupted', 'interrupted') }],
  next: { ended: ended(0), verdict: verdict('pass') },
};

test('a case holds when all of it is as promised', () => {
  assert.equal(rowOf(CASE, GOOD).holds, true);
});

const BROKEN: Record<string, Partial<Aftermath>> = {
  'another exit code': { ended: ended(0) },
  'the end by a signal': { ended: ended(null, { signal: 'SIGKILL' }) },
  'a stack trace': { ended: ended(130, { stderr: 'Error: x\n    at run (file.ts:1:2)' }) },
  'an attack that came too late': { ended: ended(130, { missed: true }) },
  'a process that is left running': { left: ['k6 run'] },
  'a run that no report can be made of': { runs: [{ report: ended(1), verdict: verdict('interrupted') }] },
  'another verdict': { runs: [{ report: ended(0), verdict: verdict('pass') }] },
  'a run without a verdict': { runs: [{ report: ended(0), verdict: undefined }] },
  'no run, where there must be one': { runs: [] },
  'a next run that does not start': { next: { ended: ended(2), verdict: undefined } },
  'a next run that fails': { next: { ended: ended(99), verdict: verdict('fail') } },
  'a next run that something other than the machine made invalid': {
    next: { ended: ended(4), verdict: verdict('invalid', 'clock-jump') },
  },
};
for (const [what, seen] of Object.entries(BROKEN)) {
  test(`a case does not hold with ${what}`, () => {
    const row = rowOf(CASE, { ...GOOD, ...seen });
    assert.equal(row.holds, false);
    assert.match(lineOf(row, '/nowhere'), /^\| hold \| \*\*not as promised:\*\* /);
  });
}

test('a machine that is busy otherwise is no matter of the case', () => {
  const busy = verdict('invalid', 'lateness');
  const seen = { ended: ended(4), runs: [{ report: ended(0), verdict: busy }] };
  assert.equal(rowOf(CASE, { ...GOOD, ...seen, next: { ended: ended(4), verdict: busy } }).holds, true);
});

test('what a command leaves behind is seen, whoever its parent is now', async () => {
  const home = new Home(tmpdir(), { PATH: process.env.PATH ?? '' });
  home.begin();
  await home.start('sh', ['-c', 'sleep 271 >/dev/null 2>&1 &']).ended;
  const pid = await home.processWith('sleep 271');
  assert.deepEqual(await home.processes(), [{ pid, line: 'sleep 271' }]);
  process.kill(pid);
  assert.deepEqual(await home.leftRunning(), []);
});

test('a command that ends before its moment was not hit', async () => {
  const home = new Home(tmpdir(), { PATH: process.env.PATH ?? '' });
  home.launch = () => home.start('true', []);
  const never = new Promise(() => undefined);
  let deeds = 0;
  const end = await hit(
    home,
    [],
    [],
    () => never,
    () => deeds++,
  );
  assert.deepEqual([end.missed, deeds], [true, 0]);

  home.launch = () => home.start('sleep', ['60']);
  const hitEnd = await hit(
    home,
    [],
    [],
    async () => undefined,
    ({ child }) => child.kill('SIGTERM'),
  );
  assert.deepEqual([hitEnd.missed, hitEnd.signal], [false, 'SIGTERM']);

  home.launch = () => home.start('true', []);
  const late = await hit(
    home,
    [],
    [],
    (_, { child }) => once(child, 'exit'),
    ({ child }) => child.kill(),
  );
  assert.equal(late.missed, true);
});

test('the table keeps the rows of other cases, in the order of all, and none of its head', () => {
  const row = { ...rowOf(CASE, GOOD), name: 'b' };
  const page = ['before', tableOf(new Map([['c', '| c | old |']]), ['c']), '| a | x | y |', 'after'].join('\n');
  const lines = linesOf(page).set('b', lineOf(row, '/root'));
  const table = tableOf(lines, ['a', 'b', 'c', 'd']).split('\n');
  assert.deepEqual(
    table.slice(2).map((line) => line.slice(0, 5)),
    ['| a |', '| b |', '| c |'],
  );
  assert.match(table[0]!, /^\| case /);
});

test('the page has a row for every case, and for no other', async () => {
  const lines = linesOf(await readFile('docs/reliability-home.md', 'utf8'));
  const names = [...ENDING_CASES, ...COMMAND_CASES, ...SCARCITY_CASES].map(({ name }) => name);
  assert.deepEqual([...lines.keys()], ['case', ...names]);
});
