/** Searches for the number of users that a target carries, step by step, within a budget of minutes. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAPACITY_SCHEMA, type CapacityFile, type CapacityStep } from '../../src/wire/capacity-file.ts';
import type { TestName } from '../../src/workloads.ts';
import { type Capacity, nextMove, type SearchPlan } from '../judge/capacity.ts';
import { measureStep, STEP_CONFIDENCE, type StepRequest } from './capacity-step.ts';
import { runsFolder } from './folder/run-folder.ts';
import { writeWhole } from './folder/whole-file.ts';
import { hostOf, newRunId } from './run.ts';
import { probeHealth } from './start/health.ts';

export interface SearchRequest extends Omit<StepRequest, 'users' | 'length' | 'holdSeconds' | 'series'> {
  plan: SearchPlan;
  holdSeconds: Record<CapacityStep['length'], number>;
  onStep: (step: CapacityStep) => void;
}

export type SearchResult =
  | { kind: 'found'; file: CapacityFile; path: string }
  | {
      kind: 'stopped';
      why: 'usage' | 'unreachable' | 'inconclusive' | 'interrupted' | 'ours' | 'invalid';
      problems: string[];
    };

/** A target of its own gets so long between steps to work off what is left, beside being well again. */
const RECOVERY_MS = 20_000;

export async function searchCapacity(request: SearchRequest): Promise<SearchResult> {
  const { plan, onStep, settings, screen, signal } = request;
  const startedAt = new Date();
  // The budget is of minutes that go by, whatever the clock says.
  const startedMs = performance.now();
  const series = `capacity-${newRunId()}`;
  const steps: CapacityStep[] = [];
  let trusted = plan.most;
  /** With so many users the generator could not be trusted once. */
  let doubted = 0;
  /** An end of the answer could not be measured at full length: what is known by then is the answer. */
  let givenUp = false;
  for (;;) {
    if (signal.aborted) return { kind: 'stopped', why: 'interrupted', problems: [] };
    const spent = { minutes: (performance.now() - startedMs) / 60_000 };
    const move = nextMove(steps, {
      ...plan,
      most: trusted,
      budgetMinutes: givenUp ? 0 : plan.budgetMinutes - idleOf(steps, spent.minutes),
    });
    if (move.kind === 'answer') {
      const limited = givenUp || (trusted < plan.most && move.capacity.high === null);
      const ended = limited ? 'generator' : move.capacity.ended;
      const file = fileOf(request, { startedAt, steps, minutes: spent.minutes, capacity: { ...move.capacity, ended } });
      return { kind: 'found', file, path: await keep(request, file) };
    }
    const { users, length } = move;
    screen.line(`--- Step ${steps.length + 1}: ${users} users, ${length} ---`);
    const measured = await measureStep({ ...request, series, users, length, holdSeconds: request.holdSeconds[length] });
    if (measured.kind === 'stopped') return measured;
    if (measured.kind === 'invalid') {
      for (const problem of measured.problems) screen.line(problem);
      const held = Math.max(0, ...steps.filter(({ decision }) => decision === 'holds').map((step) => step.users));
      const again = doubted === users;
      doubted = users;
      if (!again) continue;
      // What the generator can't bring to bear nobody can search for.
      if (held === 0) return { ...measured, kind: 'stopped', why: 'invalid' };
      if (length === 'full') givenUp = true;
      else trusted = held;
      continue;
    }
    steps.push(measured.step);
    onStep(measured.step);
    if (settings.BASE_URL) {
      await sleep(RECOVERY_MS, undefined, { signal }).catch(() => undefined);
      const health = await probeHealth(settings, signal);
      if (!health.ok && !signal.aborted) return { kind: 'stopped', why: 'unreachable', problems: [health.problem] };
    }
  }
}

/** Minutes that went by beside the steps: recovery, and what was not counted. */
function idleOf(steps: readonly CapacityStep[], spent: number): number {
  return Math.max(0, spent - steps.reduce((sum, { minutes }) => sum + minutes, 0));
}

interface Found {
  startedAt: Date;
  steps: CapacityStep[];
  minutes: number;
  capacity: Omit<Capacity, 'ended'> & { ended: CapacityFile['ended'] };
}

function fileOf({ test, settings, plan }: SearchRequest, { startedAt, steps, minutes, capacity }: Found): CapacityFile {
  const { low, high, sure, ended } = capacity;
  const embedded = settings.BASE_URL === '';
  const lowest = steps.findLast(({ users, decision }) => users === low && decision === 'holds');
  const broken = steps.findLast(({ users, decision }) => users === high && decision === 'breaks');
  return {
    schema: CAPACITY_SCHEMA,
    test,
    target: embedded ? 'embedded' : hostOf(settings.BASE_URL),
    setup: embedded ? [settings.SETUP, settings.PLATFORM_SWITCHES].filter(Boolean).join(' ') : '',
    startedAt: startedAt.toISOString(),
    minutes,
    budgetMinutes: plan.budgetMinutes,
    requests: steps.reduce((sum, { requests }) => sum + requests, 0),
    ...{ low, high, sure, ended },
    thin: lowest?.thin ?? false,
    confidence: STEP_CONFIDENCE,
    binding: broken?.because ?? '',
    headroom: lowest?.limits ?? [],
    steps,
  };
}

function keep({ root, test }: { root: string; test: TestName }, file: CapacityFile): Promise<string> {
  const time = file.startedAt.slice(0, 19).replaceAll(':', '-');
  return writeWhole(join(runsFolder(root, test), `capacity-${time}Z.json`), `${JSON.stringify(file, null, 2)}\n`);
}
