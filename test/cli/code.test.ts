import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { envExample } from '../../src/wire/settings.ts';

/** What a tool of the project prints, and whether it is content. */
function outcomeOf(command: string, ...args: string[]): { ok: boolean; printed: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { ok: status === 0, printed: stdout + stderr };
}

test('The code is linted and formatted', () => {
  const { ok, printed } = outcomeOf(
    'node_modules/.bin/biome',
    'check',
    '--max-diagnostics=20',
    '--error-on-warnings',
    '.',
  );
  assert.ok(ok, printed);
});

test('The types of all halves hold', () => {
  const { ok, printed } = outcomeOf('npm', 'run', '--silent', 'types');
  assert.ok(ok, printed);
});

test('.env.example is what the settings table says', () => {
  assert.equal(readFileSync('.env.example', 'utf8'), envExample(), 'run `make env-example`');
});
