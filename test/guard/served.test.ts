import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CopiedProject, copiedProject } from './copied-project.ts';
import { PROMETHEUS, type Service, services } from './served.ts';

let project: CopiedProject;
let served: Service[];
before(async () => {
  project = await copiedProject();
  served = await services(project);
});
after(() => project.remove());

test('everything that is served listens on 127.0.0.1, and nowhere else', () => {
  assert.ok(served.length >= 2);
  for (const { name, addresses } of served) {
    assert.ok(addresses.length > 0, name);
    for (const address of addresses) assert.match(address, /^127\.0\.0\.1:\d+$/, name);
  }
});

test('a page that points a name of its own here is refused', () => {
  for (const { name, byOwnName, byForeignName } of served) {
    assert.equal(byOwnName, 200, name);
    if (name !== PROMETHEUS) assert.ok([403, 421].includes(byForeignName), `${name} answers ${byForeignName}`);
  }
});
