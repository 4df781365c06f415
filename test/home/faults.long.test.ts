/** All cases of `make faults-home`, each a test. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { ShortProject, type StartedPlatform } from '../evidence/short-project.ts';
import { attacked } from './attack.ts';
import { COMMAND_CASES } from './command-cases.ts';
import { ENDING_CASES } from './ending-cases.ts';
import { Home } from './home.ts';
import { SCARCITY_CASES } from './scarcity-cases.ts';
import { SHORT_SMOKE } from './short-smoke.ts';

let project: ShortProject;
let platform: StartedPlatform;
let home: Home;
before(async () => {
  project = await ShortProject.make(SHORT_SMOKE);
  platform = await project.startPlatform('--switch', 'chunks=100');
  const { PATH = '', HOME = '', LAUNCHGATE_K6 = resolve('.tools/k6') } = process.env;
  home = new Home(project.root, { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null' });
  home.platform = platform.url;
});
after(async () => {
  platform?.kill();
  await project?.remove();
});

for (const each of [...ENDING_CASES, ...COMMAND_CASES, ...SCARCITY_CASES]) {
  test(each.name, { skip: each.skip ?? false }, async () => {
    const row = await attacked(home, each);
    assert.ok(row.holds, JSON.stringify(row, null, 2));
  });
}
