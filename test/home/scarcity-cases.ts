/** A machine that has no room, no files, no patience: what can't be had, and who else is there. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './attack.ts';
import { RUN } from './ending-cases.ts';
import { sampled } from './home.ts';
import { closedTerminal, makeReadOnly, needsMount, onSmallDisk, steppedClock } from './surroundings.ts';

const limited = (limits: string) => ['sh', '-c', `${limits}; exec "$@"`, 'sh'];

const HOUR_MS = 3_600_000;

export const SCARCITY_CASES: readonly Case[] = [
  {
    name: 'disk full: in the hold',
    skip: needsMount,
    exits: [1, 4],
    attack: (home) => onSmallDisk(home, 24, () => home.launch(RUN).ended),
  },
  {
    name: 'disk full: before the start',
    skip: needsMount,
    exits: [1, 2, 4],
    attack: (home) =>
      onSmallDisk(home, 40, async (results) => {
        await writeFile(join(results, 'full'), Buffer.alloc(64_000)).catch(() => undefined);
        return home.launch(RUN).ended;
      }),
  },
  {
    name: 'disk full: in the report',
    skip: needsMount,
    exits: [0, 1],
    attack: (home) => onSmallDisk(home, 400, () => home.launch(RUN).ended),
  },
  {
    name: 'files of 8 KB at most (ulimit -f)',
    // The counts are in a small file: the verdict stands on them, and what had no room is named.
    exits: [0, 1],
    outcomes: ['pass'],
    attack: (home) => home.launch(RUN, { before: limited('ulimit -f 16') }).ended,
  },
  {
    name: 'results read-only: from the start',
    skip: needsMount,
    exits: [2],
    attack: (home) =>
      onSmallDisk(home, 4_000, async (results) => {
        const writable = await makeReadOnly(results);
        const ended = await home.launch(RUN).ended;
        await writable();
        return ended;
      }),
  },
  {
    name: 'results read-only: from the hold on',
    skip: needsMount,
    exits: [1, 4],
    attack: (home, before) =>
      onSmallDisk(home, 4_000, async (results) => {
        const started = home.launch(RUN);
        await home.newRun(before, sampled('smoke'));
        const writable = await makeReadOnly(results);
        const ended = await started.ended;
        await writable();
        return ended;
      }),
  },
  {
    name: '24 open files',
    exits: [1],
    attack: (home) => home.launch(RUN, { before: limited('ulimit -n 24') }).ended,
  },
  {
    name: '40 open files for 200 users',
    exits: [4],
    outcomes: ['invalid'],
    // A platform of its own would run out of them, too.
    attack: (home) =>
      home.launch([...RUN.slice(0, 4), '--base-url', home.platform, '--users', '200'], {
        before: limited('ulimit -n 40'),
      }).ended,
  },
  ...[HOUR_MS, -HOUR_MS].map(
    (stepMs): Case => ({
      name: `the clock steps by ${stepMs > 0 ? '+' : '−'}1 h`,
      exits: [4],
      outcomes: ['invalid'],
      attack: async (home) => home.launch(RUN, { env: await steppedClock(home, stepMs) }).ended,
    }),
  ),
  {
    name: 'the terminal is closed: hold',
    // 134: Node aborts at its end when the terminal that it wants to leave as it was is gone.
    exits: [130, 134],
    outcomes: ['interrupted'],
    attack: async (home) => home.launch(RUN, { before: await closedTerminal(home, 3) }).ended,
  },
  {
    name: 'the reader of its output is gone: start',
    exits: [0],
    outcomes: ['pass'],
    async attack(home) {
      const started = home.launch(RUN);
      await started.says('Starting');
      started.child.stderr!.destroy();
      started.child.stdout!.destroy();
      return started.ended;
    },
  },
  {
    name: 'a second run at the same time',
    exits: [0],
    outcomes: ['pass'],
    async attack(home) {
      const [one, other] = await Promise.all([home.launch(RUN).ended, home.launch(RUN).ended]);
      return one.exitCode === 0 ? other : one;
    },
  },
  {
    name: 'a second launcher builds at the same time',
    exits: [0],
    async attack(home) {
      const builds = ['k6', 'node'].map(() => home.start(process.execPath, ['esbuild.config.mjs', 'k6', 'node']).ended);
      const run = home.launch(RUN).ended;
      const ends = [...(await Promise.all(builds)), await run];
      return ends.find(({ exitCode }) => exitCode !== 0) ?? (await run);
    },
  },
];
