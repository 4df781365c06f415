/**
 * Children in a process group of their own outlive us when we are killed outright, and would load somebody's platform
 * for hours. Nothing of ours runs then any more; so a shell waits at the other end of a pipe, which closes with us
 * however we went, and ends them.
 */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { withoutSecrets } from '../child-environment.ts';

/** $1 process group, $2 how it is asked to end, $3 seconds that it gets for it. */
const WATCH = `
read -r _
kill -s "$2" -- "-$1" || exit 0
waited=0
while [ "$waited" -lt "$3" ] && kill -s 0 -- "-$1"; do sleep 1; waited=$((waited + 1)); done
kill -s KILL -- "-$1"
`;

/**
 * @param pid leader of a process group
 * @param ask the signal that asks it to end
 * @param patienceMs after which it is killed
 * @returns lets go of it: to be called as soon as it has ended, since its number may be given to others
 */
export function leash(pid: number | undefined, ask: 'INT' | 'TERM', patienceMs: number): () => void {
  if (pid === undefined) return () => undefined;
  const seconds = String(Math.ceil(patienceMs / 1_000));
  const shell = spawn('/bin/sh', ['-c', WATCH, 'launchgate-leash', String(pid), ask, seconds], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: withoutSecrets(process.env),
    // Whatever ends our group must not end it too.
    detached: true,
  });
  shell.on('error', () => undefined).unref();
  // Without a free file descriptor there is neither shell nor pipe.
  const pipe = shell.stdin as Socket | undefined;
  pipe?.on('error', () => undefined).unref();
  return () => void shell.kill('SIGKILL');
}
