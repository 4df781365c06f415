/** A chat run of the `gate` profile in which nothing went wrong; tests change what they speak of. */
import type { Evidence } from '../../gate/judge/verdict.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile } from '../../src/wire/run-files.ts';
import { phasesOf, windowsOf } from '../../src/workloads.ts';

/** 100 users held from second 15 to second 205, then 10 s of cool-down. */
export const PHASES = phasesOf('chat', 'gate');

export function healthySummary(changes: Partial<Summary> = {}): Summary {
  return {
    schema: 1,
    test: 'chat',
    profile: 'gate',
    runId: 'r-1',
    durationMs: 215_000,
    facts: [
      { criterion: 'chat.p95', phase: 'normal', seen: 1055, over: 4 },
      { criterion: 'chat.p99', phase: 'normal', seen: 1055, over: 1 },
      { criterion: 'chat.failures.normal', phase: 'normal', seen: 1500, over: 1 },
      { criterion: 'chat.throughput', phase: 'normal', seen: 1055, over: 0 },
    ],
    latencies: [
      {
        route: 'POST /api/chat',
        phase: 'normal',
        count: 1054,
        avg: 1500,
        min: 300,
        med: 1400,
        p90: 2300,
        p95: 2700,
        p99: 4200,
        max: 5600,
      },
    ],
    failures: [],
    serverParts: [],
    thresholds: [],
    totals: {
      requests: 1700,
      failedRequests: 1,
      iterations: 400,
      droppedIterations: 0,
      exceptions: 0,
      maxUsers: 100,
      bytesReceived: 1e6,
      bytesSent: 1e6,
    },
    latenessMs: { p95: 1, p99: 2, max: 5 },
    stopped: null,
    ...changes,
  };
}

export function healthyRun(changes: Partial<RunFile> = {}): RunFile {
  return {
    schema: 1,
    runId: 'r-1',
    test: 'chat',
    profile: 'gate',
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:03:35Z',
    configuration: {
      target: 'embedded',
      setup: 'recommended',
      profile: 'gate',
      users: 100,
      pace: 1,
      repeatQuestions: 0,
      seed: 1,
      k6Version: '2.2.0',
      generators: 1,
    },
    windows: windowsOf('chat', PHASES),
    versions: { launchgate: '0.1.0', node: '20.20.2', k6: '2.2.0', k6Testing: '0.6.1', git: '' },
    target: { baseUrl: 'http://127.0.0.1:3000', revision: '' },
    k6: { exitCode: 0, signal: null, binary: 'k6', errors: [] },
    generator: { cores: 2, memoryBytes: 8e9, readings: readings(() => 0.3), clockJumpsMs: [3] },
    interrupted: false,
    deviations: [],
    ...changes,
  };
}

/** A reading a second for 215 s, with so many cores in use. */
export function readings(cores: (second: number) => number, rssBytes = 3e8, machineBusy?: number) {
  return Array.from({ length: 215 }, (_, index) => ({
    atMs: (index + 1) * 1000,
    cores: cores(index + 1),
    rssBytes,
    ...(machineBusy === undefined ? {} : { machineBusy }),
  }));
}

export function evidenceOf(summary: Partial<Summary> | null = {}, run: Partial<RunFile> = {}): Evidence {
  return {
    summary: summary && healthySummary(summary),
    rebuilt: false,
    run: healthyRun(run),
    phases: PHASES,
    pace: 1,
  };
}
