/** A machine that has no room, no files, no patience: what can't be had, and who else is there. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './attack.ts';
import { RUN } from './ending-cases.ts';
import { type Ended, type Home, sampled } from './home.ts';

/** Steps the wall clock of launchgate, and of nothing else: NODE_OPTIONS reaches the embedded platform too. */
const STEP_CLOCK = `
if (process.argv[1]?.endsWith('launchgate.mjs')) {
  const Real = Date;
  let offset = 0;
  setTimeout(() => (offset = Number(process.env.CLOCK_STEP_MS)), 6_000).unref();
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length > 0) super(...given);
      else super(Real.now() + offset);
    }
    static now() {
      return Real.now() + offset;
    }
  };
}
`;

/** A pseudo-terminal that is hung up at the hold, as by closing the window: what is written to it then fails. */
const CLOSED_TERMINAL = `
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b''
while b'Sending load' not in seen:
    seen += os.read(terminal, 4096)
time.sleep(3)
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 99)
`;

const canMount = process.getuid?.() === 0 && process.platform === 'linux';
const needsMount = canMount ? undefined : 'a full or read-only disk takes a mount, and that root';

function system(command: string, ...args: string[]): Promise<void> {
  return new Promise((done, failed) =>
    execFile(command, args, (error, _, stderr) => (error ? failed(new Error(stderr)) : done())),
  );
}

/** Runs something while results/ is a file system of its own, and gives its content to the next. */
async function onSmallDisk<T>({ root }: Home, kilobytes: number, work: (results: string) => Promise<T>): Promise<T> {
  const results = join(root, 'results');
  await mkdir(results, { recursive: true });
  await system('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', results);
  try {
    return await work(results);
  } finally {
    await system('umount', '-l', results);
  }
}

const limited = (limits: string) => ['sh', '-c', `${limits}; exec "$@"`, 'sh'];

async function withClock(home: Home, stepMs: number): Promise<Ended> {
  const preload = join(home.root, 'step-clock.mjs');
  await writeFile(preload, STEP_CLOCK);
  return home.launch(RUN, { env: { NODE_OPTIONS: `--import ${preload}`, CLOCK_STEP_MS: String(stepMs) } }).ended;
}

const HOUR_MS = 3_600_000;

export const SCARCITY_CASES: readonly Case[] = [
  {
    name: 'disk full: in the hold',
    skip: needsMount,
    exits: [1, 4],
    attack: (home) => onSmallDisk(home, 60, () => home.launch(RUN).ended),
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
    attack: (home) =>
      onSmallDisk(home, 400, async () => {
        const ended = await home.launch(RUN).ended;
        return ended;
      }),
  },
  {
    name: 'files of 50 KB at most (ulimit -f)',
    exits: [1, 4],
    attack: (home) => home.launch(RUN, { before: limited('ulimit -f 100') }).ended,
  },
  {
    name: 'results read-only: from the start',
    skip: needsMount,
    exits: [2],
    attack: (home) =>
      onSmallDisk(home, 4_000, async (results) => {
        await system('mount', '-o', 'remount,ro', results);
        return home.launch(RUN).ended;
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
        // What has a file open for writing keeps a file system from becoming read-only; a mount over it does not ask.
        await system('mount', '--bind', results, results);
        await system('mount', '-o', 'remount,bind,ro', results);
        const ended = await started.ended;
        await system('umount', '-l', results);
        return ended;
      }),
  },
  {
    name: '24 open files',
    exits: [1],
    attack: (home) => home.launch(RUN, { before: limited('ulimit -n 24') }).ended,
  },
  {
    name: '40 open files for 60 users',
    exits: [4],
    outcomes: ['invalid'],
    attack: (home) => home.launch([...RUN, '--users', '60'], { before: limited('ulimit -n 40') }).ended,
  },
  ...[HOUR_MS, -HOUR_MS].map(
    (stepMs): Case => ({
      name: `the clock steps by ${stepMs > 0 ? '+' : '−'}1 h`,
      exits: [4],
      outcomes: ['invalid'],
      attack: (home) => withClock(home, stepMs),
    }),
  ),
  {
    name: 'the terminal is closed: hold',
    exits: [130],
    outcomes: ['interrupted'],
    async attack(home) {
      const script = join(home.root, 'closed-terminal.py');
      await writeFile(script, CLOSED_TERMINAL);
      const command = [process.execPath, join(home.root, 'dist/node/launchgate.mjs'), ...RUN];
      return home.start('python3', [script, ...command]).ended;
    },
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
