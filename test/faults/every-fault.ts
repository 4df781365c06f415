/** All that can go wrong at the target, one run each. */
import { ShortProject } from '../evidence/short-project.ts';
import { startSmallPlatform } from './faulted-target.ts';
import { EARLY_FAULTS, FAULTS, HEALTHY } from './faults.ts';
import { type EarlyRun, type FaultyRun, faultyRun, type Load, refusedRun, shortened } from './faulty-run.ts';

/** 540 messages in the hold: enough for a healthy run to pass. */
export const LOAD: Load = { profile: 'gate', users: 60, rampSeconds: 3, holdSeconds: 36, everySeconds: 4 };

/** A run whose generator got no CPU, since others of the machine took it, says nothing: it is made again. */
const ATTEMPTS = 3;

export interface EveryFault {
  /** The first one is without a fault. */
  runs: FaultyRun[];
  early: EarlyRun[];
}

/** @param named only faults whose name holds this; @param tell is told of each run as it ends */
export async function runEveryFault(named: string, tell: (run: FaultyRun | EarlyRun) => void): Promise<EveryFault> {
  const project = await ShortProject.make(shortened(LOAD));
  try {
    return { early: await refused(project), runs: await underLoad(project) };
  } finally {
    await project.remove();
  }

  /** Without load they are in nobody's way. */
  async function refused(project: ShortProject): Promise<EarlyRun[]> {
    const shared = await startSmallPlatform(project);
    const runs = EARLY_FAULTS.filter(isNamed).map((fault) => refusedRun({ project, load: LOAD, shared }, fault));
    for (const run of runs) void run.then(tell, () => undefined);
    return await Promise.all(runs).finally(() => shared.kill());
  }

  async function underLoad(project: ShortProject): Promise<FaultyRun[]> {
    const runs: FaultyRun[] = [];
    for (const fault of [HEALTHY, ...FAULTS.filter(isNamed)]) {
      let run: FaultyRun;
      let attempt = 0;
      do run = await faultyRun({ project, load: LOAD }, fault, runs[0]?.peakBytes);
      while (run.isStarved && ++attempt < ATTEMPTS);
      runs.push(run);
      tell(run);
    }
    return runs;
  }

  function isNamed({ name }: { name: string }): boolean {
    return name.includes(named);
  }
}
