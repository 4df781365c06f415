/** Makes the machine around launchgate worse: full and read-only disks, clocks that step, terminals that are closed. */
import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './home.ts';

/** Steps the wall clock of launchgate, and of nothing else: NODE_OPTIONS reaches the embedded platform too. */
const STEP_CLOCK = `
if (process.argv[1]?.endsWith('launchgate.mjs')) {
  const Real = Date;
  let offset = 0;
  const step = () => (offset = Number(process.env.CLOCK_STEP_MS));
  const write = process.stderr.write;
  process.stderr.write = function (text, ...rest) {
    if (String(text).startsWith('Sending load')) setTimeout(step, 2_000).unref();
    return write.call(this, text, ...rest);
  };
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
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b''
while b'Sending load' not in seen:
    seen += os.read(terminal, 4096)
time.sleep(float(sys.argv[1]))
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
`;

const canMount = process.getuid?.() === 0 && process.platform === 'linux';
/** Why a disk can't be made full or read-only here, if so. */
export const needsMount = canMount ? undefined : 'a full or read-only disk takes a mount, and that root';

function system(command: string, ...args: string[]): Promise<void> {
  return new Promise((done, failed) =>
    execFile(command, args, (error, _, stderr) => (error ? failed(new Error(stderr)) : done())),
  );
}

/** Does something while results/ is a small file system of its own; what that holds is kept on the large one. */
export async function onSmallDisk<T>(
  { root }: Home,
  kilobytes: number,
  work: (results: string) => Promise<T>,
): Promise<T> {
  const results = join(root, 'results');
  const kept = join(root, 'kept');
  await mkdir(results, { recursive: true });
  await system('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', results);
  try {
    return await work(results);
  } finally {
    await cp(results, kept, { recursive: true });
    await system('umount', '-l', results);
    await cp(kept, results, { recursive: true });
    await rm(kept, { recursive: true });
  }
}

/** Files that are open for writing keep a file system from becoming read-only; a mount over it doesn't ask. @returns undoes it */
export async function makeReadOnly(folder: string): Promise<() => Promise<void>> {
  await system('mount', '--bind', folder, folder);
  await system('mount', '-o', 'remount,bind,ro', folder);
  return () => system('umount', '-l', folder);
}

/** @returns environment in which launchgate's clock steps 2 s after the load began */
export async function steppedClock({ root }: Home, stepMs: number): Promise<Record<string, string>> {
  const preload = join(root, 'step-clock.mjs');
  await writeFile(preload, STEP_CLOCK);
  return { NODE_OPTIONS: `--import ${preload}`, CLOCK_STEP_MS: String(stepMs) };
}

/** @returns what a command is started by to have its terminal closed so long after the load began */
export async function closedTerminal({ root }: Home, seconds: number): Promise<string[]> {
  const script = join(root, 'closed-terminal.py');
  await writeFile(script, CLOSED_TERMINAL);
  return ['python3', script, String(seconds)];
}
