/**
 * Runs a load generator for a while and tells what it cost. Linux only: figures come from /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { InstantPlatform } from './instant-platform.ts';

/** One run of one generator. */
export interface Cost {
  requests: number;
  cpuSeconds: number;
  /** Peak resident memory, MB. */
  peakMb: number;
  /** From the start of the process to the first request of a user, s. */
  firstRequestSeconds: number;
}

export interface Load {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  seconds: number;
  /** Exit code of one that was told to stop. */
  stopped: number;
}

/** USER_HZ, which the kernel fixes at 100 for everything that it tells. */
const TICKS_PER_SECOND = 100;
const READ_EVERY_MS = 200;

/** @throws Error when the load didn't run as it should */
export async function costOf({ command, args, env, seconds, stopped }: Load, platform: InstantPlatform): Promise<Cost> {
  const cpuBefore = childrenCpuSeconds();
  await platform.report();
  const startedAt = Date.now();
  const generator = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let peakMb = 0;
  const reading = setInterval(() => {
    peakMb = Math.max(peakMb, peakMbOf(generator.pid!));
  }, READ_EVERY_MS);
  const ended = Promise.all([text(generator.stderr), once(generator, 'exit')]);
  await Promise.race([wait(seconds * 1000), ended]);
  peakMb = Math.max(peakMb, peakMbOf(generator.pid!));
  clearInterval(reading);
  const { requests, firstSignInAt } = await platform.report();
  generator.kill('SIGINT');
  const [log, [exitCode]] = await ended;
  if (exitCode !== stopped) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}:\n${log}`);
  return {
    requests,
    cpuSeconds: childrenCpuSeconds() - cpuBefore,
    peakMb,
    firstRequestSeconds: (firstSignInAt - startedAt) / 1000,
  };
}

/** CPU of all children that have ended, s: exact, where readings of a running one stop short of its end. */
function childrenCpuSeconds(): number {
  // The second field is a name in parentheses and may hold spaces; cutime and cstime are fields 16 and 17.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function peakMbOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // It ended between two readings.
    return 0;
  }
}
