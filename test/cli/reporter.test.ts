import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-reporter-'));
});
after(() => rm(folder, { recursive: true }));

/** What `node --test` prints of these files with our reporter. */
async function reportOn(files: Record<string, string>): Promise<string[]> {
  const paths = Object.keys(files).map((name) => join(folder, `${name}.test.mjs`));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.test.mjs`), `import { test, describe, after } from 'node:test';\n${text}\n`);
  }
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--test', `--test-reporter=${resolve('dist/test/reporter.mjs')}`, ...paths];
  const printed = await new Promise<string>((done) =>
    execFile(process.execPath, args, { env, cwd: folder }, (_error, stdout) => done(stdout)),
  );
  return printed.trimEnd().split('\n');
}

test('Suites and the parents of subtests are not counted beside their tests', async () => {
  const lines = await reportOn({
    nested: "describe('a', () => { test('one', () => {}); test('two', () => {}); }); test('three', () => {});",
  });
  assert.equal(lines.at(-1), '3 passed, 0 failed');
  assert.match(lines[0]!, /^ +\d+\.\d s {2}nested\.test\.ts$/);
});

test('A failure shows its path, message and line; what is skipped shows its reason', async () => {
  const lines = await reportOn({
    failing:
      "describe('outer', () => { test('inner', () => { throw new Error('two is not three'); }); });\ntest('later', { skip: 'no browser' }, () => {}); test('fine', () => {});",
  });
  assert.ok(lines.includes('FAILED  failing.test.ts: outer > inner'));
  assert.ok(lines.includes('    two is not three'));
  assert.ok(lines.some((line) => /^ {4}at .*failing\.test\.mjs:2:\d+/.test(line)));
  assert.ok(lines.includes('skipped failing.test.ts: later (no browser)'));
  assert.equal(lines.at(-1), '1 passed, 1 failed, 1 skipped');
});

test('A file that throws, that ends badly, that holds no test or whose clean-up fails is a failure', async () => {
  const lines = await reportOn({
    throwing: "throw new Error('while loading');",
    exiting: "test('fine', () => {}); process.on('exit', () => { process.exitCode = 3; });",
    empty: '',
    unclean: "test('fine', () => {}); after(() => { throw new Error('still open'); });",
  });
  assert.ok(lines.some((line) => line.includes('Error: while loading')));
  assert.equal(lines.at(-1), '2 passed, 4 failed');
});
