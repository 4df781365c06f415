import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchCapacity } from '../../gate/runs/capacity-search.ts';
import { settingsInForce } from '../../gate/runs/start/settings-in-force.ts';

test('Ctrl-C between two steps is not forgotten: no further step begins', async () => {
  const { settings } = settingsInForce({ root: process.cwd(), env: { LAUNCHGATE_ENV_FILE: '/dev/null' } });
  const said: string[] = [];
  const result = await searchCapacity({
    ...{ root: '/nowhere', test: 'chat', settings, env: {}, signal: AbortSignal.abort() },
    screen: { line: (text) => said.push(text), progress: () => undefined },
    plan: { start: 8, most: 100, budgetMinutes: 1, stepMinutes: { short: 1, full: 1 } },
    holdSeconds: { short: 1, full: 1 },
    onStep: () => undefined,
  });
  assert.deepEqual(result, { kind: 'stopped', why: 'interrupted', problems: [] });
  assert.deepEqual(said, []);
});
