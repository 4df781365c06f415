import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CopiedProject, copiedProject } from './copied-project.ts';
import { problemsOf, type Service, services } from './served.ts';

let project: CopiedProject;
let served: Service[];
before(async () => {
  project = await copiedProject();
  served = await services(project);
});
after(() => project.remove());

test('everything that is served listens on 127.0.0.1 alone, and refuses a page that points a name of its own here', () => {
  assert.ok(served.length >= 2);
  assert.deepEqual(served.flatMap(problemsOf), []);
});

test('what listens elsewhere or nowhere, or answers to any name, is told', () => {
  const good = { name: 'a', addresses: ['127.0.0.1:80'], byOwnName: 200, byForeignName: 421 };
  const wrong = [
    { addresses: ['127.0.0.1:80', '0.0.0.0:81'] },
    { addresses: ['[00000000000000000000000000000000]:80'] },
    { addresses: [] },
    { byOwnName: 500 },
    { byForeignName: 200 },
  ];
  assert.deepEqual(problemsOf(good), []);
  for (const each of wrong) assert.equal(problemsOf({ ...good, ...each }).length, 1, JSON.stringify(each));
});
