/** `launchgate verify`: all that can be known to be wrong before a load test, and what the test will cost. */
import type { Command } from 'commander';
import { isLoopbackRun } from '../../src/wire/guard.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { type Profile, TEST_NAMES } from '../../src/workloads.ts';
import type { Check } from '../target/verify/check.ts';
import type { PlannedTest, VerifyRequest } from '../target/verify.ts';
import { complain } from './complain.ts';
import { CHUNKS } from './data.ts';
import { estimateLines } from './estimate-lines.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { usableSettings } from './run-options.ts';
import { terminalReport } from './terminal.ts';
import { shown } from './wrapped.ts';

const NAME_WIDTH = 11;
const MARK: Record<Check['outcome'], string> = { ok: 'ok', failed: 'FAILED', 'not measured': 'not measured' };
const MARK_WIDTH = 12;

export function register(program: Command): void {
  program
    .command('verify')
    .description('check tools, settings, target and data before a load test, and estimate what it will cost')
    .argument('[test]', 'the test that is to be run; all of them when left out')
    .action(verifyAll);
}

async function verifyAll(test: string | undefined): Promise<void> {
  const named = TEST_NAMES.filter((name) => test === undefined || name === test);
  if (named.length === 0)
    return complain([`there is no test "${test}"; there are ${TEST_NAMES.join(', ')}.`], EXIT.usage);
  const settings = await usableSettings();
  if (!settings) return;
  const signal = interruption();
  if (settings.BASE_URL) return checkAndEstimate({ tests: named, settings, embedded: false, signal });

  const { forEmbedded } = await import('../runs/run.ts');
  const { startPlatform } = await import('../runs/start/platform-process.ts');
  console.log('BASE_URL is not set: looking at the embedded platform.');
  const target = forEmbedded(settings);
  const started = await startPlatform({
    ...{ root: PROJECT, settings: target, env: process.env },
    ...{ say: () => undefined, signal },
  });
  if (!started.ok) return complain(started.problems, EXIT[started.why]);
  try {
    await checkAndEstimate({
      tests: named,
      settings: { ...target, BASE_URL: started.platform.url },
      embedded: true,
      signal,
    });
  } finally {
    await started.platform.stop();
  }
}

async function checkAndEstimate(
  request: Pick<VerifyRequest, 'tests' | 'settings' | 'embedded' | 'signal'>,
): Promise<void> {
  const { verify } = await import('../target/verify.ts');
  const report = terminalReport(process.stderr, process.env);
  const checks = verify({ ...request, root: PROJECT, env: process.env, chunks: CHUNKS, report });
  let failures = 0;
  let step = await checks.next();
  for (; !step.done; step = await checks.next()) {
    console.log(shown([checkLine(step.value)]));
    if (step.value.outcome === 'failed') failures += 1;
    if (request.signal.aborted) return complain(['interrupted.'], EXIT.interrupted);
  }
  await printEstimate(step.value, request.settings);
  if (failures === 0) return console.log(`Ready. Next: ./launchgate run ${request.tests[0]}`);
  console.log(`${failures} ${failures === 1 ? 'check' : 'checks'} failed; put that right before any load.`);
  process.exitCode = EXIT.checkFailed;
}

async function printEstimate(planned: readonly PlannedTest[], settings: Settings): Promise<void> {
  const { readPrices } = await import('../target/prices.ts');
  const { estimateRun } = await import('../target/estimate.ts');
  const read = await readPrices(PROJECT);
  if (!read.ok) return complain([read.problem], EXIT.usage);
  const most = isLoopbackRun(settings) ? undefined : Number(settings.MAX_AI_CALLS);
  const profile = settings.PROFILE as Profile;
  const shared = { profile, pace: Number(settings.PACE), processingSpeedup: Number(settings.PROCESSING_SPEEDUP || 1) };
  for (const plan of planned) {
    const run = estimateRun({ ...shared, ...plan }, read.prices);
    for (const line of estimateLines(`${plan.test} ${profile}`, run, read.prices, most)) console.log(shown([line]));
  }
}

/** `FAILED        data         users 20 of 1,184: run …` */
export function checkLine({ name, outcome, detail }: Check): string {
  return `${MARK[outcome].padEnd(MARK_WIDTH)}  ${name.padEnd(NAME_WIDTH)}  ${detail}`;
}
