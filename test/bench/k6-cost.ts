/**
 * Runs k6 for a while and tells what it cost. Linux only: figures come from /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { k6Binary } from '../contract/k6-binary.ts';
import type { InstantPlatform } from './instant-platform.ts';

/** One run of one script. */
export interface Cost {
  requests: number;
  cpuSeconds: number;
  /** Peak resident memory, MB. */
  peakMb: number;
  /** From the start of the process to the first request of a user, s. */
  firstRequestSeconds: number;
}

export interface Load {
  script: string;
  /** Beside BASE_URL. */
  env: Record<string, string>;
  seconds: number;
}

/** USER_HZ, which the kernel fixes at 100 for everything that it tells. */
const TICKS_PER_SECOND = 100;
const READ_EVERY_MS = 200;

/** @throws Error when the load didn't run as it should */
export async function costOf({ script, env, seconds }: Load, platform: InstantPlatform): Promise<Cost> {
  const cpuBefore = childrenCpuSeconds();
  await platform.report();
  const startedAt = Date.now();
  const k6 = spawn(await k6Binary(), ['run', '--quiet', '--no-usage-report', '--address', '', script], {
    env: { BASE_URL: platform.baseUrl, LAUNCHGATE_SUMMARY: '/dev/null', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let peakMb = 0;
  const reading = setInterval(() => {
    peakMb = Math.max(peakMb, peakMbOf(k6.pid!));
  }, READ_EVERY_MS);
  const ended = Promise.all([text(k6.stderr), once(k6, 'exit')]);
  await Promise.race([wait(seconds * 1000), ended]);
  peakMb = Math.max(peakMb, peakMbOf(k6.pid!));
  clearInterval(reading);
  const { requests, firstSignInAt } = await platform.report();
  k6.kill('SIGINT');
  const [log, [exitCode]] = await ended;
  // 105: told to stop.
  if (exitCode !== 105) throw new Error(`${script} ended by itself with ${exitCode}:\n${log}`);
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
