import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { ALERTS } from '../../src/wire/alerts.ts';

const skip = existsSync('/usr/bin/prometheus') ? false : "Debian's prometheus is not installed";

interface Row {
  readonly worst: string;
  readonly fired: string;
}

/** A standard chat run under a real Prometheus. @returns the table at its end, by alert; it is printed too */
async function observed(setup: string): Promise<Map<string, Row>> {
  const { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE } = process.env;
  const output = await new Promise<string>((done) => {
    const args = ['observe', 'chat', '--setup', setup, '--once'];
    execFile('./launchgate', args, { env: { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE } }, (_, stdout) =>
      done(stdout),
    );
  });
  const table = output.slice(output.indexOf('\nalert '));
  console.log(`setup ${setup}:${table}`);
  const rows = ALERTS.map(({ name }): [string, Row] => {
    const line = table.split('\n').find((each) => each.startsWith(`${name} `));
    assert.ok(line, output);
    const [, , worst = '', fired = ''] = line.split(/ {2,}/);
    return [name, { worst, fired }];
  });
  return new Map(rows);
}

test('in a standard chat run the free setup fires what its weak points cause, by a real Prometheus', {
  skip,
}, async () => {
  const rows = await observed('free');
  for (const name of ['PlatformErrorsHigh', 'PlatformAiLimitNear']) {
    assert.match(rows.get(name)!.fired, /^\d:\d\d to /, name);
  }
});

test('in a standard chat run the recommended setup fires nothing, and what it could not evaluate it says', {
  skip,
}, async () => {
  for (const [name, { worst, fired }] of await observed('recommended')) {
    assert.ok(fired === 'no' || (worst === '-' && fired.startsWith('not evaluated')), `${name}: ${fired}`);
  }
});
