/** `make faults`, asserted. About 20 minutes, on a machine that does nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONG, runEveryFault } from './every-fault.ts';
import { faultReport } from './fault-report.ts';

test('whatever goes wrong at the target, a run makes of it what it must', async (context) => {
  const { runs, early } = await runEveryFault(LONG, '', () => undefined);
  context.diagnostic(faultReport(runs, early, { load: LONG, named: '' }));
  const wrong = [...runs, ...early].filter(({ problems }) => problems.length > 0);
  assert.deepEqual(
    wrong.map(({ fault, problems }) => [fault.name, problems]),
    [],
  );
});
