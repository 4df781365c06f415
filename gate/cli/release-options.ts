/** What the commands of the release have in common: what is released, and which evidence counts. */
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { hostList, type Settings } from '../../src/wire/settings.ts';
import type { Subject } from '../release/subject.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { BASELINES_OPTION, RESULTS_OPTION } from './results.ts';
import { settingsOf, several, usableSettings } from './run-options.ts';
import { explained } from './wrapped.ts';

export interface ReleaseOptions {
  results: string;
  baselines: string;
  ledger: string;
  maxAge: number;
  baseUrl?: string;
  setup?: string;
  switch?: string[];
}

/** At the top of the project, made to be committed. */
const LEDGER = 'attestations.jsonl';

/** Days that evidence counts, unless somebody says otherwise. */
const MAX_AGE_DAYS = 14;

export function withReleaseOptions(command: Command): Command {
  command
    .option('--base-url <url>', 'the platform to be launched, as it was tested; without it the embedded platform')
    .option('--setup <name>', 'embedded platform: free or recommended')
    .option('--switch <name=value>', 'embedded platform: as it was tested; repeatable', several)
    .option('--max-age <days>', 'older evidence is stale', days, MAX_AGE_DAYS)
    .option(...RESULTS_OPTION)
    .option(...BASELINES_OPTION)
    .option('--ledger <file>', 'what people answered', join(PROJECT, LEDGER));
  return explained(
    command,
    'The revision of the platform is TARGET_REVISION, else what its health answer tells, else that of the newest run that knew it.',
  );
}

/** What is released, by options and settings; undefined after a complaint. */
async function releasedSubject(options: ReleaseOptions) {
  const settings = await usableSettings(settingsOf(options));
  return settings && { subject: await subjectNow(settings), production: hostList(settings.LAUNCHGATE_PRODUCTION) };
}

/** The target that these settings name, with the revision that it tells now. */
export async function subjectNow(settings: Settings): Promise<Subject> {
  const { subjectOf } = await import('../release/subject.ts');
  const subject = subjectOf(settings);
  if (!settings.BASE_URL || subject.revision) return subject;
  const { probeHealth } = await import('../runs/start/health.ts');
  const health = await probeHealth(settings, undefined, { attempts: 1, pauseMs: 0, answerMs: 5_000 });
  return health.ok && health.revision ? { ...subject, revision: health.revision } : subject;
}

/** How the release stands; undefined after a complaint. */
export async function releaseStanding(options: ReleaseOptions) {
  const { readStanding } = await import('../release/standing.ts');
  const released = await releasedSubject(options);
  if (!released) return undefined;
  const { subject, production } = released;
  const { results, baselines, ledger, maxAge } = options;
  const now = new Date();
  const places = { root: PROJECT, results, baselines, ledger, production };
  const read = await readStanding({ ...places, subject, maxAgeDays: maxAge, now });
  if (!read.ok) {
    complain(read.problems, EXIT.usage);
    return undefined;
  }
  for (const notice of read.standing.notices) console.error(`launchgate: ${notice}`);
  return { ...read.standing, maxAgeDays: maxAge, now };
}

function days(value: string): number {
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('It must be a number of days above 0.');
  return number;
}
