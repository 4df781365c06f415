/** What makes a run invalid, provoked for real; and what looks like it but is the target's fault. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Verdict } from '../../src/wire/run-files.ts';
import { type Edit, ShortProject, type StartedPlatform } from './short-project.ts';

/** Seconds in place of half a minute. */
const SHORT: Edit[] = [
  [
    'src/workloads.ts',
    "smoke: [{ name: 'smoke', rampSeconds: 3, holdSeconds: 25, load: { students: 10 } }]",
    "smoke: [{ name: 'smoke', rampSeconds: 1, holdSeconds: 4, load: { students: 10 } }]",
  ],
  [
    'src/workloads.ts',
    "smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 10, load: { visitors: 3 } }]",
    "smoke: [{ name: 'smoke', rampSeconds: 1, holdSeconds: 4, load: { visitors: 20 } }]",
  ],
  ['src/workloads.ts', 'coolDownSeconds: 10', 'coolDownSeconds: 1'],
  // Fewer users stand ready for those who sign in than a slow platform keeps.
  ['src/workloads.ts', "model: 'open', journeySeconds: 5", "model: 'open', journeySeconds: 0.5"],
  [
    'src/behaviour.ts',
    'shortest: 9, longest: 27, mean: 18, thinkSeconds: 6',
    'shortest: 1, longest: 3, mean: 2, thinkSeconds: 1',
  ],
  // One student whose iterations throw; only when it is asked for.
  [
    'src/tests/chat.ts',
    'students: () => chat(ownStudent()),',
    "students: () => { if (__ENV.THROWS && __VU === 3) throw new Error('no such video'); chat(ownStudent()); },",
  ],
];
/** Steps the clock as the program sees it, never the machine's, once the load is on its way. */
const JUMP = `
const now = Date.now;
const written = process.stderr.write.bind(process.stderr);
process.stderr.write = (text, ...rest) => {
  if (String(text).startsWith('Sending load')) setTimeout(() => { Date.now = () => now() + 5_000; }, 1_500);
  return written(text, ...rest);
};
`;

const FEW_CHUNKS = ['--switch', 'chunks=500'];

/** For two runs that don't harm it; more would meet the limit of the contract test's user. */
let project: ShortProject;
let platform: StartedPlatform;
before(async () => {
  project = await ShortProject.make(SHORT);
  platform = await project.startPlatform(...FEW_CHUNKS);
});
after(async () => {
  platform?.kill();
  await project?.remove();
});

const smoke = (test: string, ...args: string[]) => [test, '--profile', 'smoke', ...args];
const onPlatform = () => smoke('chat', '--base-url', platform.url);
const codes = ({ reasons }: Verdict) => reasons.map(({ code }) => code);

describe('provoked for real', { concurrency: true }, () => {
  test('a script that throws in some iterations makes the run invalid, though k6 exits 0', async () => {
    const { run, verdict, exitCode } = await project.run(onPlatform(), { THROWS: 'yes' });
    assert.equal(run.k6.exitCode, 0);
    assert.deepEqual(codes(verdict), ['script-exceptions']);
    assert.match(verdict.reasons[0]!.text, /^The test script threw in [1-9]\d* of \d+ iterations\.$/);
    assert.match(run.k6.errors.join(), /exception in students: .*no such video/);
    assert.equal(exitCode, 4);
  });

  test('half of the users makes the run invalid, with their number', async () => {
    const { verdict, exitCode } = await project.run([...onPlatform(), '--', '--execution-segment', '0:1/2']);
    assert.deepEqual(codes(verdict), ['too-few-users']);
    assert.equal(verdict.reasons[0]!.text, 'Only 5 of 10 users were there.');
    assert.equal(exitCode, 4);
  });

  test('a clock that jumps during the run makes it invalid, with the jump', async () => {
    const jump = join(project.root, 'jump.mjs');
    await writeFile(jump, JUMP);
    const { verdict, exitCode } = await project.run(smoke('chat', ...FEW_CHUNKS), { NODE_OPTIONS: `--import ${jump}` });
    assert.deepEqual(codes(verdict), ['clock-jump']);
    assert.equal(verdict.reasons[0]!.text, "The machine's clock jumped by 5 s.");
    assert.equal(exitCode, 4);
  });

  test('a target that is stopped under load is a fail: the generator was healthy', async () => {
    const stopped = await project.startPlatform(...FEW_CHUNKS);
    const running = project.run(smoke('quick', '--base-url', stopped.url));
    await project.sampled('quick', 'POST /api/chat');
    stopped.kill();
    const { verdict, exitCode } = await running;
    assert.equal(verdict.outcome, 'fail', JSON.stringify(verdict.reasons));
    assert.equal(verdict.criteria.find(({ criterion }) => criterion === 'quick.failures')!.outcome, 'fail');
    assert.equal(exitCode, 99);
  });

  test('arrivals that a slow target leaves without a free user are a fail, not invalid', async () => {
    const slow = ['--switch', 'sessionLookup=database', '--switch', 'sessionLookupMs=1500'];
    const { verdict, exitCode } = await project.run(smoke('auth', ...FEW_CHUNKS, ...slow));
    assert.equal(verdict.outcome, 'fail', JSON.stringify(verdict.reasons));
    const dropped = verdict.criteria.find(({ criterion }) => criterion === 'auth.dropped')!;
    assert.equal(dropped.outcome, 'fail');
    assert.ok(dropped.over! > 10, `${dropped.over} of ${dropped.seen}`);
    assert.equal(exitCode, 99);
  });
});
