/** A real run of the real program against a target that is broken from the start: it must not begin. */
import { EXIT } from '../../gate/cli/exit-codes.ts';
import { traces } from './complete-run.ts';
import { FaultedTarget } from './faulted-target.ts';
import type { EarlyFault } from './faults.ts';
import { type Faulty, runOn } from './faulty-run.ts';

export interface EarlyRun {
  fault: EarlyFault;
  exitCode: number;
  /** The line that says why. */
  said: string;
  seconds: number;
  problems: string[];
}

/** A run that must not begin. */
export async function refusedRun(place: Faulty, fault: EarlyFault): Promise<EarlyRun> {
  const target = await FaultedTarget.start(place.project, fault.tls, place.shared);
  try {
    await fault.act(target);
    const startedAt = Date.now();
    const { exitCode, stdout, stderr } = await runOn(target, place);
    const lines = stderr.split('\n').filter((line) => line.startsWith('launchgate: '));
    const said = (lines[0] ?? stderr)
      .replace('launchgate: ', '')
      .replace(/127\.0\.0\.1:\d+/g, 'HOST')
      .trim();
    const wrong = (isWrong: boolean, what: string) => (isWrong ? [what] : []);
    const problems = [
      ...wrong(exitCode !== EXIT.unreachable, `exit code ${exitCode}: ${stderr}${stdout}`),
      ...wrong(!fault.says.test(said), `it doesn't say ${fault.says}: ${stderr}`),
      ...wrong(stderr.includes('Sending load'), 'load was sent'),
      ...wrong(target.proxy.strayed > 0, 'requests went elsewhere'),
      ...traces(stdout + stderr),
    ];
    return { fault, exitCode, said, seconds: (Date.now() - startedAt) / 1_000, problems };
  } finally {
    await target.stop();
  }
}
