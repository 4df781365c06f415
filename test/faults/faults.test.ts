/** Some of what goes wrong at the target, in short runs at once on one platform; `make faults` has all of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { k6Binary } from '../contract/k6-binary.ts';
import { ShortProject, type StartedPlatform } from '../evidence/short-project.ts';
import { SHORT } from './every-fault.ts';
import { FaultedTarget, startSmallPlatform } from './faulted-target.ts';
import { EARLY_FAULTS, FAULTS } from './faults.ts';
import { faultyRun } from './faulty-run.ts';
import { refusedRun } from './refused-run.ts';
import { shortened } from './short-load.ts';

const UNDER_LOAD = ['connection resets', 'redirects elsewhere', 'wrong JSON, 5 %', 'the TLS certificate expires'];
const EARLY = ['an expired TLS certificate', 'half responses, but for health'];

let project: ShortProject;
let shared: StartedPlatform;
before(async () => {
  project = await ShortProject.make(shortened(SHORT));
  shared = await startSmallPlatform(project);
});
after(async () => {
  shared?.kill();
  await project?.remove();
});

describe('faults at the target', { concurrency: true }, () => {
  for (const fault of FAULTS.filter(({ name }) => UNDER_LOAD.some((start) => name.startsWith(start)))) {
    test(`under load: ${fault.name}`, async () => {
      assert.deepEqual((await faultyRun({ project, load: SHORT, shared }, fault)).problems, []);
    });
  }
  test('from the start: an expired TLS certificate, in plain k6', async () => {
    const target = await FaultedTarget.start(project, true, shared);
    target.expire();
    const { PATH = '' } = process.env;
    const env = { PATH, BASE_URL: target.proxy.url, LAUNCHGATE_SUMMARY: '/dev/null', ...target.trust };
    const args = ['run', '--quiet', '--no-usage-report', '--address', '', join(project.root, 'dist/chat.js')];
    const k6 = spawn(await k6Binary(), args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const [said, [exitCode]] = await Promise.all([text(k6.stderr), once(k6, 'exit')]);
    await target.stop();
    const lines = said.trimEnd().split('\n');
    assert.match(lines[0]!, /certificate has expired/);
    assert.match(lines[1]!, /\/api\/health: connection; is BASE_URL right, and the platform up\?/);
    assert.equal(lines.length, 2, said);
    assert.equal(exitCode, 108);
  });
  for (const fault of EARLY_FAULTS.filter(({ name }) => EARLY.includes(name))) {
    test(`from the start: ${fault.name}`, async () => {
      assert.deepEqual((await refusedRun({ project, load: SHORT, shared }, fault)).problems, []);
    });
  }
});
