/** Some of what goes wrong at the target, in short runs at once on one platform; `make faults` has all of it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ShortProject, type StartedPlatform } from '../evidence/short-project.ts';
import { startSmallPlatform } from './faulted-target.ts';
import { EARLY_FAULTS, FAULTS } from './faults.ts';
import { faultyRun, type Load, refusedRun, shortened } from './faulty-run.ts';

const LOAD: Load = { profile: 'smoke', users: 20, rampSeconds: 1, holdSeconds: 7, everySeconds: 2 };
const UNDER_LOAD = ['connection resets', 'redirects elsewhere', 'wrong JSON, 5 %', 'the TLS certificate expires'];
const EARLY = ['an expired TLS certificate', 'half responses, but for health'];

let project: ShortProject;
let shared: StartedPlatform;
before(async () => {
  project = await ShortProject.make(shortened(LOAD));
  shared = await startSmallPlatform(project);
});
after(async () => {
  shared?.kill();
  await project?.remove();
});

describe('faults at the target', { concurrency: true }, () => {
  for (const fault of FAULTS.filter(({ name }) => UNDER_LOAD.some((start) => name.startsWith(start)))) {
    test(`under load: ${fault.name}`, async () => {
      assert.deepEqual((await faultyRun({ project, load: LOAD, shared }, fault)).problems, []);
    });
  }
  for (const fault of EARLY_FAULTS.filter(({ name }) => EARLY.includes(name))) {
    test(`from the start: ${fault.name}`, async () => {
      assert.deepEqual((await refusedRun({ project, load: LOAD, shared }, fault)).problems, []);
    });
  }
});
