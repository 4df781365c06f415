/**
 * Watches the load generator itself: its CPU and memory, and whether the machine's clock jumps. A run whose generator
 * can't be trusted says nothing about the platform.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { GeneratorReading } from '../../../src/wire/run-files.ts';
import { withoutSecrets } from '../child-environment.ts';

export interface GeneratorWatch {
  /** Ends the watch. */
  stop(): { readings: GeneratorReading[]; clockJumpsMs: number[] };
}

const INTERVAL_MS = 1_000;
/** On a starved machine readings come late and close together: one tick of CPU in no time would look like many cores. */
const SHORTEST_MS = INTERVAL_MS / 2;
/** A step of the wall clock against the monotonic one from which samples' times are off, ms. NTP's slewing stays below. */
const CLOCK_JUMP_MS = 100;
/** Unit of CPU times in /proc/<pid>/stat: 1/100 s on every Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;

/**
 * @param pids of all processes of the generator; a reading is their sum
 * @param startedMs Date.now() at which the run began
 */
export function watchGenerator(pids: readonly number[], startedMs: number): GeneratorWatch {
  const readings: GeneratorReading[] = [];
  const clockJumpsMs: number[] = [];
  let before: { usages: (Usage | undefined)[]; atMs: number } | undefined;
  let machineBefore = machineTimes();
  let offsetMs = Date.now() - performance.now();

  const read = async () => {
    const usages = await Promise.all(pids.map(usageOf));
    const nowMs = performance.now();
    const elapsedMs = nowMs - (before?.atMs ?? Number.NEGATIVE_INFINITY);
    if (usages.some((usage) => usage !== undefined) && elapsedMs >= SHORTEST_MS) {
      if (before) {
        const cores = (cpuSecondsBetween(before.usages, usages) * 1_000) / elapsedMs;
        const machine = machineTimes();
        readings.push({
          atMs: Date.now() - startedMs,
          cores: Math.max(0, cores),
          rssBytes: usages.reduce((sum, usage) => sum + (usage?.rssBytes ?? 0), 0),
          machineBusy: busyShare(machineBefore, machine),
        });
        machineBefore = machine;
      }
      before = { usages, atMs: nowMs };
    }
    const jumpMs = Date.now() - performance.now() - offsetMs;
    if (Math.abs(jumpMs) >= CLOCK_JUMP_MS) clockJumpsMs.push(Math.round(jumpMs));
    offsetMs += jumpMs;
  };
  void read();
  const timer = setInterval(() => void read(), INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      return { readings, clockJumpsMs };
    },
  };
}

interface MachineTimes {
  /** Both in ms, summed over all cores. */
  idle: number;
  total: number;
}

function machineTimes(): MachineTimes {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (of: (typeof times)[number]) => of.user + of.nice + of.sys + of.irq + of.idle;
  return {
    idle: times.reduce((total, { idle }) => total + idle, 0),
    total: times.reduce((total, core) => total + sum(core), 0),
  };
}

function busyShare(before: MachineTimes, now: MachineTimes): number {
  const total = now.total - before.total;
  return total > 0 ? 1 - (now.idle - before.idle) / total : 0;
}

interface Usage {
  /** User and system time since the process began. */
  cpuSeconds: number;
  rssBytes: number;
}

/** Of the processes that were there both times. */
function cpuSecondsBetween(before: readonly (Usage | undefined)[], now: readonly (Usage | undefined)[]): number {
  return now.reduce((sum, usage, index) => {
    const earlier = before[index];
    return usage && earlier ? sum + usage.cpuSeconds - earlier.cpuSeconds : sum;
  }, 0);
}

/** undefined when the process is gone. */
function usageOf(pid: number): Promise<Usage | undefined> {
  return process.platform === 'linux' ? usageFromProc(pid) : usageFromPs(pid);
}

export async function usageFromProc(pid: number): Promise<Usage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    // The command's name, in brackets, may hold anything; fields 14 and 15 are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      rssBytes: kilobytes * 1_024,
    };
  } catch {
    return undefined;
  }
}

/** Everywhere else. */
export function usageFromPs(pid: number): Promise<Usage | undefined> {
  return new Promise((done) => {
    const env = withoutSecrets(process.env);
    execFile('ps', ['-o', 'time=,rss=', '-p', String(pid)], { env }, (error, stdout) => {
      const [time, kilobytes] = stdout.trim().split(/\s+/);
      if (error || !time || !kilobytes) return done(undefined);
      done({ cpuSeconds: secondsOf(time), rssBytes: Number(kilobytes) * 1_024 });
    });
  });
}

/** `[[dd-]hh:]mm:ss[.hh]` of ps. */
function secondsOf(time: string): number {
  const [rest, days] = time.includes('-') ? [time.split('-')[1]!, Number(time.split('-')[0])] : [time, 0];
  return rest.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + days * 86_400;
}
