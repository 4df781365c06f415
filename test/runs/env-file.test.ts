import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnvFile } from '../../gate/runs/start/env-file.ts';

test('Values are read bare, in single and in double quotes, with and without export', () => {
  const { values, problems } = parseEnvFile(
    ['A=1', " B = 'two words' ", 'export C="x # y"', '', '# D=4', 'E=a=b', 'F=', 'G=g # why'].join('\n'),
    '.env.test',
  );
  assert.deepEqual(values, { A: '1', B: 'two words', C: 'x # y', E: 'a=b', F: '', G: 'g' });
  assert.deepEqual(problems, []);
});

test('Nothing is expanded, so that a password may hold any sign', () => {
  assert.equal(parseEnvFile('KEY=pa$HOME#x`y`', '.env.test').values.KEY, 'pa$HOME#x`y`');
});

test('A byte order mark and Windows line ends do no harm', () => {
  assert.deepEqual(parseEnvFile('\uFEFFA=1\r\nB=2\r\n', '.env.test').values, { A: '1', B: '2' });
});

test('A line that is no assignment is named by its number and never shown', () => {
  const { problems } = parseEnvFile('A=1\nsecret without sign\n', '.env.test');
  assert.deepEqual(problems, ['.env.test line 2 is not NAME=value.']);
});

test('A comment behind a quoted value may hold quotes', () => {
  const { values } = parseEnvFile(`A='one' # not 'two'\nB={"x": "y"}\nC='{"x": "it''s"}'\n`, '.env.test');
  assert.deepEqual(values, { A: 'one', B: '{"x": "y"}', C: `{"x": "it''s"}` });
});
