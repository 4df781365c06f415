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
  const cpuSeconds = cpuSecondsOf(generator.pid!);
  const { requests, firstSignInAt } = await platform.report();
  generator.kill('SIGINT');
  const [log, [exitCode]] = await ended;
  if (exitCode !== stopped) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}:\n${log}`);
  return {
    requests,
    cpuSeconds,
    peakMb,
    firstRequestSeconds: (firstSignInAt - startedAt) / 1000,
  };
}

/** CPU that a process and its threads took so far, s. */
function cpuSecondsOf(pid: number): number {
  // The second field is a name in parentheses and may hold spaces; utime and stime are fields 14 and 15.
  const fields = (readOf(pid, 'stat').split(') ')[1] ?? '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function peakMbOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readOf(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** '' of a process that has ended by itself, which is an error of its own. */
function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
