import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applies, type Contexts, evaluate, interpolated } from './expressions.ts';

const CONTEXTS: Contexts = {
  inputs: { test: 'chat', 'base-url': '', minutes: 30 },
  github: { repository: 'org/launchgate', run_id: '7' },
  steps: { load: { outputs: { 'exit-code': '0' } } },
  matrix: {},
};

/** Expression and value, by GitHub's documentation of its operators. */
const CASES: [string, unknown][] = [
  ["inputs.base-url || 'embedded'", 'embedded'],
  ['inputs.base-url || inputs.test', 'chat'],
  ["inputs.test == 'CHAT'", true],
  ["inputs.test != '' && inputs.test != github.repository", true],
  ["inputs.test == 'auth' && 'a' || 'b'", 'b'],
  ['!inputs.base-url', true],
  ["(inputs.test == 'auth' || true) && 1", 1],
  ['inputs.minutes == 30', true],
  ["inputs.minutes == '30'", true],
  ["steps.load.outputs['exit-code']", '0'],
  ['steps.load.outputs.exit-code', '0'],
  ['steps.other.outputs.exit-code', undefined],
  ["format('{0}-{1}', github.run_id, inputs.test)", '7-chat'],
  ["fromJSON('[1, 2]')", [1, 2]],
  ["'it''s'", "it's"],
];
for (const [expression, value] of CASES) {
  test(`${expression} is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(evaluate(expression, CONTEXTS), value);
  });
}

test('A text keeps what stands around its expressions, and nothing stands for what is not there', () => {
  assert.equal(interpolated(`a \${{ inputs.test }} b \${{ inputs.none }}.`, CONTEXTS), 'a chat b .');
  assert.deepEqual(interpolated(`\${{ fromJSON('[1]') }}`, CONTEXTS), [1]);
});

test('After a failure only those run that ask for it', () => {
  assert.equal(applies(undefined, CONTEXTS, { failed: true }), false);
  assert.equal(applies("inputs.test == 'chat'", CONTEXTS, { failed: true }), false);
  assert.equal(applies('always()', CONTEXTS, { failed: true }), true);
  assert.equal(applies("always() && inputs.test == 'auth'", CONTEXTS, { failed: true }), false);
  assert.equal(applies('failure()', CONTEXTS, { failed: false }), false);
});

test('What the rehearsal can’t read stops it, so that nothing passes unread', () => {
  for (const expression of ['inputs.test ==', 'nobody.test', 'hashFiles(1)', 'a ? b : c', '(1']) {
    assert.throws(() => evaluate(expression, CONTEXTS), /\$\{\{/, expression);
  }
});
