/**
 * The only reader of the environment inside k6. Everything wrong is said at once, before any load.
 */
import {
  hostProblems,
  isLoopbackRun,
  type LeadingOptions,
  optionsProblem,
  parseTarget,
  passwordKeyProblem,
  proxyProblems,
  targetProblem,
} from '../../wire/guard.ts';
import { healthUrl } from '../../wire/health.ts';
import { sessionCookieName } from '../../wire/session-cookie.ts';
import { extraHeaders, loadShape, readSettings, settingsProblems } from '../../wire/settings.ts';
import {
  type Actors,
  actorsOf,
  neededStudents,
  type Phase,
  type Profile,
  plannedAiCalls,
  plannedPhases,
  type TestName,
} from '../../workloads.ts';

export const settings = readSettings(__ENV);

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** What every virtual user holds a copy of, so it is as little as it can be. It crosses into the VUs as JSON. */
export const userConfig = {
  /** Where app routes begin: BASE_URL and ROUTE_PREFIX. */
  appUrl: withoutSlash(settings.BASE_URL) + withoutSlash(settings.ROUTE_PREFIX),
  healthUrl: healthUrl(settings),
  baseUrl: withoutSlash(settings.BASE_URL),
  supabaseUrl: withoutSlash(settings.SUPABASE_URL || settings.BASE_URL),
  anonKey: settings.SUPABASE_ANON_KEY,
  authMode: settings.AUTH_MODE as 'cookie' | 'bearer',
  cookieName: settings.AUTH_COOKIE_NAME || sessionCookieName(hostOf(settings.SUPABASE_URL || settings.BASE_URL)),
  /** Left out where there are none: every virtual user holds them. */
  extraHeaders: settings.EXTRA_HEADERS === '' ? undefined : extraHeaders(settings),
  profile: settings.PROFILE as Profile,
  pace: Number(settings.PACE),
  repeatShare: Number(settings.REPEAT_QUESTIONS),
  seed: Number(settings.SEED),
  runId: settings.LAUNCHGATE_RUN_ID || 'adhoc',
} as const;
export type UserConfig = typeof userConfig;

/** What the settings come to. */
export const config = {
  ...userConfig,
  passwordKey: settings.LAUNCHGATE_PASSWORD_KEY,
  sessionsPrepared: settings.SESSIONS_FILE !== '',
  /** How much faster videos are processed than they would be. */
  processingSpeedup: Number(settings.PROCESSING_SPEEDUP || 1),
  /** '' where signals aren't read, or not here: the gate reads them by itself. */
  metricsUrl: settings.METRICS_URL,
  metricsAuthorization: settings.METRICS_AUTHORIZATION,
  summaryPath: settings.LAUNCHGATE_SUMMARY,
  /** Whose routes the contract test looks at; '' means all. */
  contractFor: settings.CONTRACT_FOR,
  contractPath: settings.CONTRACT_RESULT,
  /** Most AI answers of this run, or undefined where they cost nobody anything. */
  maxAiCalls: isLoopbackRun(settings) ? undefined : Number(settings.MAX_AI_CALLS),
  /** k6 processes that share this load; each sees only its own requests. */
  generators: Number(settings.GENERATORS),
} as const;

/**
 * Lets the test through to the target that the settings name, or to none. The key of the passwords is asked for when the
 * run begins (`requirePasswordKey`): an archive is made without secrets.
 * @throws a text with every problem of the settings, one a line; k6 prints it and exits with 107
 */
export function requireTarget(test: string): void {
  const problems = settings.BASE_URL
    ? [
        ...settingsProblems(settings),
        ...hostProblems(test, settings),
        ...proxyProblems(__ENV, settings),
        ...archiveProblems(),
      ]
    : ['BASE_URL is not set; set it, or use `./launchgate run`, which starts the embedded platform.'];
  if (problems.length > 0) throw problems.join('\n');
}

/** @throws a text when passwords of test users would be made with a key that everybody knows */
export function requirePasswordKey(): void {
  const problem = passwordKeyProblem(settings);
  if (problem) throw problem;
}

/** @throws a text when the options that k6 runs with lead elsewhere: they are known only when the run begins */
export function requireOwnOptions(options: LeadingOptions): void {
  const problem = optionsProblem(options, settings);
  if (problem) throw problem;
}

function archiveProblems(): string[] {
  const { ARCHIVED_LOAD: archived } = settings;
  const asked = loadShape(settings);
  if (archived === '' || archived === asked) return [];
  return [
    `this archive holds the load of ${archived} and was asked for ${asked}; unset those settings, or archive anew.`,
  ];
}

/**
 * The phases that this run of the test goes through.
 * @throws a text with every problem of the settings, one a line; k6 prints it and exits with 107
 */
export function phasesOfRun(test: TestName): readonly Phase[] {
  requireTarget(test);
  const phases = plannedPhases(test, settings);
  const calls = plannedAiCalls(test, phases, config.pace);
  if (config.maxAiCalls !== undefined && calls > config.maxAiCalls) {
    throw `${test} ${config.profile} plans ${calls} AI answers, above MAX_AI_CALLS=${config.maxAiCalls}; raise it or choose a smaller profile.`;
  }
  return phases;
}

/**
 * @param available how many there are of each
 * @param watchers virtual users that are no students, but take an id each
 * @throws a text when the fixtures lack users that the test needs
 */
export function requireUsers(
  test: TestName,
  phases: readonly Phase[],
  available: Record<Actors, number>,
  watchers: number,
): void {
  const needed = neededStudents(test, phases, config.generators) + watchers;
  if (needed > available['own students']) {
    throw `${test} needs ${needed} users and fixtures/users.csv has ${available['own students']} students; run \`./launchgate data generate --students ${needed}\` or lower USERS.`;
  }
  const missing = actorsOf(test).find((actors) => available[actors] === 0);
  if (missing) throw `fixtures/users.csv has no users for ${missing}; run \`./launchgate data generate\`.`;
}

/** What speaks against sending a file to the address that the platform gave for it. */
export function uploadProblem(url: string): string | undefined {
  return targetProblem('uploadUrl', url, 'video', settings);
}

function hostOf(url: string): string {
  const parsed = parseTarget(url);
  return parsed.ok ? parsed.origin.host : '';
}
