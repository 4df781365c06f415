/**
 * The rate limits and quotas of the platform under test: PLATFORM.md's table, and LIMITS_FILE where a target differs.
 * The rate-limits test holds the target against them; the embedded platform keeps them.
 */
import { TIERS, type Tier } from './fixtures.ts';
import { printable } from './plain-text.ts';
import type { RouteName } from './routes.ts';

/** Requests in a window, or questions in a quota. `none`: as many as one likes; `closed`: the tier has no access. */
export type Allowance = number | 'none' | 'closed';

/** What is counted together for one user. `api` is every other app route. */
export const LIMIT_NAMES = ['chat', 'upload', 'quiz', 'api'] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

export interface RateLimit {
  readonly windowSeconds: number;
  /** sliding weighs the window before into the present one; fixed starts anew at each window. */
  readonly algorithm: 'sliding' | 'fixed';
  readonly allowed: Readonly<Record<Tier, Allowance>>;
}

export type Limits = Readonly<Record<LimitName, RateLimit>> & {
  /** Questions: of free in all, of the other tiers a day. */
  readonly chatQuota: Readonly<Record<Tier, Allowance>>;
};

const HOUR = 3_600;
const MINUTE = 60;

// biome-ignore format: reads as the table that it is
export const DEFAULT_LIMITS: Limits = {
  chat:   { windowSeconds: MINUTE, algorithm: 'sliding', allowed: { free: 10, basic: 10, pro: 50, enterprise: 'none' } },
  upload: { windowSeconds: HOUR, algorithm: 'fixed', allowed: { free: 5, basic: 5, pro: 20, enterprise: 'none' } },
  // The limiter would give basic 3 quizzes, but the route wants PRO or above.
  quiz:   { windowSeconds: HOUR, algorithm: 'fixed', allowed: { free: 'closed', basic: 'closed', pro: 15, enterprise: 'none' } },
  api:    { windowSeconds: MINUTE, algorithm: 'sliding', allowed: { free: 100, basic: 100, pro: 500, enterprise: 'none' } },
  chatQuota: { free: 3, basic: 100, pro: 500, enterprise: 'none' },
};

/**
 * Windows that the rate-limits test takes for one limit at most: one to begin at its start, and, to see the end of a
 * refusal, three more. Limits whose windows are too long for the run are left out.
 */
export const INSPECTION_WINDOWS = { refusal: 1.5, recovery: 4 } as const;

/** Limits of a minute and of an hour are judged apart: a run may be too short for the latter. */
export function scopeOf(name: LimitName): 'minute' | 'hour' {
  return name === 'chat' || name === 'api' ? 'minute' : 'hour';
}

const OWN_LIMIT: Partial<Record<RouteName, LimitName>> = {
  'POST /api/chat': 'chat',
  'POST /api/video/upload-url': 'upload',
  'POST /api/assessments/quiz/generate': 'quiz',
};

/** Which limit a route counts towards; undefined for sign-in, storage and health, which the app doesn't limit. */
export function limitOf(route: RouteName): LimitName | undefined {
  if (route === 'GET /api/health' || !route.includes(' /api/')) return undefined;
  return OWN_LIMIT[route] ?? 'api';
}

export type ParsedLimits =
  | { readonly ok: true; readonly limits: Limits }
  | { readonly ok: false; readonly problems: string[] };

/**
 * Reads a LIMITS_FILE, which names only what differs:
 *
 *     { "chat": { "basic": 20, "windowSeconds": 30 }, "quiz": { "free": 1 }, "chatQuota": { "free": 10 } }
 *
 * @returns the whole table, or one line for every entry that can't be used
 */
export function parseLimits(text: string): ParsedLimits {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [`LIMITS_FILE is not JSON: ${printable((error as Error).message)}.`] };
  }
  if (!isObject(file)) return { ok: false, problems: [`LIMITS_FILE must be an object such as ${EXAMPLE}.`] };

  const problems: string[] = [];
  const sections = [...LIMIT_NAMES, 'chatQuota'];
  for (const name of Object.keys(file).filter((name) => !sections.includes(name))) {
    problems.push(`LIMITS_FILE: there is no limit "${name}"; there are ${sections.join(', ')}.`);
  }
  const section = (name: string): Record<string, unknown> => {
    const value = file[name] ?? {};
    if (isObject(value)) return value;
    problems.push(`LIMITS_FILE: ${name} must be an object such as {"basic": 20}.`);
    return {};
  };
  const limits = {
    ...Object.fromEntries(LIMIT_NAMES.map((name) => [name, rateLimit(name, section(name), problems)])),
    chatQuota: allowances('chatQuota', section('chatQuota'), DEFAULT_LIMITS.chatQuota, [], problems),
  } as Limits;
  return problems.length === 0 ? { ok: true, limits } : { ok: false, problems };
}

const EXAMPLE = '{"chat": {"basic": 20}}';
const WINDOW_KEYS = ['windowSeconds', 'algorithm'];

function rateLimit(name: LimitName, section: Record<string, unknown>, problems: string[]): RateLimit {
  const usual = DEFAULT_LIMITS[name];
  const { windowSeconds = usual.windowSeconds, algorithm = usual.algorithm } = section;
  if (typeof windowSeconds !== 'number' || !(windowSeconds > 0 && windowSeconds < Number.POSITIVE_INFINITY)) {
    problems.push(
      `LIMITS_FILE: ${name}.windowSeconds must be a number above 0; it is ${JSON.stringify(windowSeconds)}.`,
    );
  }
  if (algorithm !== 'sliding' && algorithm !== 'fixed') {
    problems.push(`LIMITS_FILE: ${name}.algorithm must be "sliding" or "fixed"; it is ${JSON.stringify(algorithm)}.`);
  }
  return {
    windowSeconds: windowSeconds as number,
    algorithm: algorithm as RateLimit['algorithm'],
    allowed: allowances(name, section, usual.allowed, WINDOW_KEYS, problems),
  };
}

function allowances(
  name: string,
  section: Record<string, unknown>,
  usual: Readonly<Record<Tier, Allowance>>,
  otherKeys: readonly string[],
  problems: string[],
): Record<Tier, Allowance> {
  const known: readonly string[] = [...TIERS, ...otherKeys];
  for (const key of Object.keys(section).filter((key) => !known.includes(key))) {
    problems.push(`LIMITS_FILE: ${name} has no "${key}"; it takes ${known.join(', ')}.`);
  }
  const allowed = { ...usual };
  for (const tier of TIERS) {
    const value = section[tier];
    if (value === undefined) continue;
    if (isAllowance(value)) allowed[tier] = value;
    else
      problems.push(
        `LIMITS_FILE: ${name}.${tier} must be a whole number above 0, "none" or "closed"; it is ${JSON.stringify(value)}.`,
      );
  }
  return allowed;
}

function isAllowance(value: unknown): value is Allowance {
  return value === 'none' || value === 'closed' || (Number.isInteger(value) && (value as number) > 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
