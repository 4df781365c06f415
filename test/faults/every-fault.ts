/** All that can go wrong at the target, one run each. */
import { ShortProject } from '../evidence/short-project.ts';
import { startSmallPlatform } from './faulted-target.ts';
import { EARLY_FAULTS, FAULTS, HEALTHY } from './faults.ts';
import { type FaultyRun, faultyRun } from './faulty-run.ts';
import { type EarlyRun, refusedRun } from './refused-run.ts';
import { type Load, shortened } from './short-load.ts';

/** 540 messages in the hold: enough for a healthy run to pass by the rules of a load. */
export const LONG: Load = { profile: 'gate', users: 60, rampSeconds: 3, holdSeconds: 36, everySeconds: 4 };
/** Judged on point values, and over before the generator's punctuality is. */
export const SHORT: Load = { profile: 'smoke', users: 20, rampSeconds: 1, holdSeconds: 7, everySeconds: 2 };

/** A run whose generator got no CPU, since others of the machine took it, says nothing: it is made again. */
const ATTEMPTS = 3;

export interface EveryFault {
  /** The first one is without a fault. */
  runs: FaultyRun[];
  early: EarlyRun[];
}

/** @param named only faults whose name holds this; @param tell is told of each run as it ends */
export async function runEveryFault(
  load: Load,
  named: string,
  tell: (run: FaultyRun | EarlyRun) => void,
): Promise<EveryFault> {
  const project = await ShortProject.make(shortened(load));
  const shared = await startSmallPlatform(project);
  const place = { project, load, shared };
  try {
    return { early: await refused(), runs: await underLoad() };
  } finally {
    shared.kill();
    await project.remove();
  }

  /** Without load they are in nobody's way. */
  function refused(): Promise<EarlyRun[]> {
    return Promise.all(
      EARLY_FAULTS.filter(isNamed).map(async (fault) => {
        const run = await refusedRun(place, fault);
        tell(run);
        return run;
      }),
    );
  }

  async function underLoad(): Promise<FaultyRun[]> {
    const runs: FaultyRun[] = [];
    for (const fault of [HEALTHY, ...FAULTS.filter(isNamed)]) {
      let run: FaultyRun;
      let attempt = 0;
      do run = await faultyRun(place, fault, runs[0]?.peakBytes);
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
