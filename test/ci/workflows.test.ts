import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { TEST_NAMES } from '../../src/workloads.ts';

const FOLDER = '.github/workflows';
const files = readdirSync(FOLDER).map((file) => ({ file, text: readFileSync(join(FOLDER, file), 'utf8') }));

interface Permitted {
  permissions?: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; uses?: string }>;
}

test('actionlint finds nothing in the workflows', () => {
  const { status, stdout, stderr } = spawnSync('node', ['build/actionlint.mjs', '-no-color'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});

test('actionlint is really asked: it finds an input that the gate does not have', () => {
  const text = readFileSync(join(FOLDER, 'weekly.yml'), 'utf8').replace('test: quick', 'tests: quick');
  const { status, stdout } = spawnSync(
    'node',
    ['build/actionlint.mjs', '-no-color', '-stdin-filename', join(FOLDER, 'weekly.yml'), '-'],
    {
      input: text,
      encoding: 'utf8',
    },
  );
  assert.equal(status, 1);
  assert.match(stdout, /input "tests" is not defined in "\.\/\.github\/workflows\/gate\.yml"/);
});

test('Every action is pinned by its commit, with the version for people', () => {
  for (const { file, text } of files) {
    for (const [line] of text.matchAll(/^\s*(?:- )?uses: .*$/gm)) {
      if (!line.includes('./'))
        assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${file}: ${line}`);
    }
  }
});

test('Nothing is permitted but what a job names; only baselines and comments are written', () => {
  for (const { file, text } of files) {
    const workflow = parse(text) as Permitted;
    if (file !== 'gate.yml') assert.deepEqual(workflow.permissions, {}, file);
    for (const [name, { permissions }] of Object.entries(workflow.jobs)) {
      // The comment has what its caller gives, see there.
      if (file === 'gate.yml' && name === 'comment') continue;
      assert.ok(permissions, `${file}: ${name}`);
      const written = Object.keys(permissions).filter((scope) => permissions[scope] === 'write');
      const allowed = file === 'baseline.yml' ? ['contents', 'pull-requests'] : ['pull-requests'];
      assert.deepEqual(
        written.filter((scope) => !allowed.includes(scope)),
        [],
        `${file}: ${name}`,
      );
    }
  }
});

test('No shell step holds an expression: what comes from outside goes through the environment', () => {
  for (const { file, text } of files) {
    const { jobs } = parse(text) as { jobs: Record<string, { steps?: { run?: string }[] }> };
    for (const { run } of Object.values(jobs).flatMap(({ steps }) => steps ?? [])) {
      assert.doesNotMatch(run ?? '', /\$\{\{/, file);
    }
  }
});

test('Every test but soak can be run by hand', () => {
  const { on } = parse(readFileSync(join(FOLDER, 'manual.yml'), 'utf8')) as {
    on: { workflow_dispatch: { inputs: { test: { options: string[] } } } };
  };
  const offered = on.workflow_dispatch.inputs.test.options;
  assert.deepEqual(
    TEST_NAMES.filter((name) => (name as string) !== 'soak' && !offered.includes(name)),
    [],
  );
});
