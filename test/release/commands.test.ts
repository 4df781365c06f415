/** The commands of the release, as they are typed, in a project folder of their own. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type MadeRelease, madeRelease, TESTED } from './made-release.ts';

let release: MadeRelease;
before(async () => {
  release = await madeRelease();
  await mkdir(join(release.root, 'dist/node'), { recursive: true });
  await copyFile('dist/node/launchgate.mjs', join(release.root, 'dist/node/launchgate.mjs'));
  const startedAt = new Date(Date.now() - 3_600_000).toISOString();
  for (const each of TESTED) await release.run({ test: each, startedAt });
  await release.audit({ 'cache-fresh': { outcome: 'not seen' } }, { at: startedAt });
});
after(() => release.remove());

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function launchgate(...args: string[]): Promise<Ended> {
  const program = join(release.root, 'dist/node/launchgate.mjs');
  const env = { PATH: process.env.PATH, LAUNCHGATE_ENV_FILE: '' };
  return new Promise((done) => {
    const child = execFile(process.execPath, [program, ...args], { cwd: release.root, env }, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('from the first look to GO, and back when somebody tampers', async () => {
  const first = await launchgate('checklist');
  assert.equal(first.exitCode, 0);
  assert.match(first.stdout, /^embedded recommended, evidence of the last 14 days\n/);
  assert.match(first.stdout, /\n {2}waiting for a person {2}cache\.invalidation /);
  assert.match(first.stdout, /Next: \.\/launchgate attest <id> --by <name> \(\d+ lines\)/);

  const open = JSON.parse((await launchgate('checklist', '--open', '--json')).stdout);
  const waiting: string[] = open.lines
    .filter(
      (line: { next: string; due: string; severity: string }) => line.due === 'before' && line.severity === 'must',
    )
    .map(({ next }: { next: string }) => next.replace('./launchgate attest ', ''));
  const undecided = await launchgate('signoff');
  assert.equal(undecided.exitCode, 5);
  assert.match(
    undecided.stdout,
    /\nGO BUT FOR PEOPLE\. embedded recommended passes all that can be measured; \d+ lines wait/,
  );

  const attested = await launchgate('attest', ...waiting, '--by', 'Ada', '--note', 'seen');
  assert.equal(attested.exitCode, 0, attested.stderr);
  assert.match(attested.stdout, /: yes, by Ada\.\nNext: commit attestations\.jsonl\.\n$/);
  const go = await launchgate('signoff');
  assert.deepEqual(
    [go.exitCode, go.stdout.includes('\nGO. embedded recommended is ready to launch.\n')],
    [0, true],
    go.stdout,
  );

  const verified = await launchgate('signoff', 'verify');
  assert.equal(verified.exitCode, 0);
  assert.match(
    verified.stdout,
    /: GO, \d{4}-\d\d-\d\d, SHA-256 [0-9a-f]{64}\nAll \d+ files that it rests on are as they were\.\n$/,
  );

  const newest = (await readdir(join(release.root, 'results/signoff'))).sort().at(-1)!;
  const named = await launchgate('signoff', 'verify', join(release.root, 'results/signoff', newest));
  assert.equal(named.exitCode, 0, named.stderr);

  const path = join(release.root, 'checklist.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, `${text}\n`);
  const tampered = await launchgate('signoff', 'verify');
  assert.deepEqual([tampered.exitCode, tampered.stderr], [4, 'launchgate: checklist.yaml was changed.\n']);
  await writeFile(path, text);
});

const REFUSED: [what: string, args: string[], problem: RegExp][] = [
  ['an answer to a line that is not there', ['attest', 'cache.none', '--by', 'Ada'], /no line "cache\.none"/],
  [
    'an answer to what is measured',
    ['attest', 'criteria.users', '--by', 'Ada'],
    /criteria\.users is measured: nobody can answer it/,
  ],
  [
    'an answer to what the audit has seen',
    ['attest', 'database.tier', '--by', 'Ada'],
    /database\.tier is passed by audit/,
  ],
  ['the same answer again', ['attest', 'costs.budget', '--by', 'Ada'], /costs\.budget was answered yes by Ada/],
  ['an answer of nobody', ['attest', 'costs.budget', '--by', ' '], /--by takes the name/],
  [
    'an answer that is none',
    ['attest', 'costs.budget', '--by', 'Ada', '--answer', 'maybe'],
    /--answer takes yes, no, not-yet/,
  ],
  [
    'a waiver that is over',
    ['waive', 'costs.budget', '--by', 'Ada', '--why', 'so', '--until', '2020-01-01'],
    /2020-01-01 is over/,
  ],
  [
    'a waiver of a line that is not there',
    ['waive', 'cache.none', '--by', 'Ada', '--why', 'so', '--until', '2030-01-01'],
    /no line "cache\.none"/,
  ],
  [
    'a waiver until a day that is none',
    ['waive', 'costs.budget', '--by', 'Ada', '--why', 'so', '--until', '2030-02-31'],
    /a day as YYYY-MM-DD/,
  ],
  ['a record that is not there', ['signoff', 'verify', 'nowhere.json'], /nowhere\.json is missing/],
  ['an age that is none', ['checklist', '--max-age', 'old'], /a number of days above 0/],
];

for (const [what, args, problem] of REFUSED) {
  test(`It refuses ${what}, in one line and with 2`, async () => {
    if (what === 'the same answer again') await launchgate('attest', 'costs.budget', '--by', 'Ada');
    const { exitCode, stderr } = await launchgate(...args);
    assert.equal(exitCode, 2);
    assert.match(stderr, problem);
    assert.ok(!stderr.includes('    at '));
  });
}
