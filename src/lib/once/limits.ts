/** The limits that the target is held against, out of LIMITS_FILE where it is set: read once a process. */
import type { Gate } from '../../thresholds.ts';
import { TIERS } from '../../wire/fixtures.ts';
import {
  DEFAULT_LIMITS,
  INSPECTION_WINDOWS,
  LIMIT_NAMES,
  type LimitName,
  type Limits,
  parseLimits,
  scopeOf,
} from '../../wire/limits.ts';
import { plannedPhases } from '../../workloads.ts';
import { settings } from './settings.ts';

/** What the rate-limits test looks at in this run. */
export interface InspectedLimits {
  readonly limits: Limits;
  /** Limits whose windows the run is long enough for. */
  readonly inReach: Readonly<Record<keyof typeof INSPECTION_WINDOWS, readonly LimitName[]>>;
}

let inspected: InspectedLimits | undefined;

/** @throws a text with everything that is wrong with LIMITS_FILE */
export function inspectedLimits(): InspectedLimits {
  inspected ??= readInspectedLimits();
  return inspected;
}

function readInspectedLimits(): InspectedLimits {
  const limits = limitsInForce();
  const holdSeconds = plannedPhases('rate-limits', settings)[0]!.holdSeconds;
  const within = (windows: number) => LIMIT_NAMES.filter((name) => limits[name].windowSeconds * windows <= holdSeconds);
  return {
    limits,
    inReach: { refusal: within(INSPECTION_WINDOWS.refusal), recovery: within(INSPECTION_WINDOWS.recovery) },
  };
}

/** Whether this run of the rate-limits test is long enough to look at that, and there is something to look at. */
export function isInspected({ criterion: { id }, phase }: Gate): boolean {
  const { limits, inReach } = inspectedLimits();
  const [, scope, property] = id.split('.');
  const tier = TIERS.find((name) => name === phase)!;
  const allowances = (names: readonly LimitName[]) => names.map((name) => limits[name].allowed[tier]);
  if (scope === 'unlimited') return allowances(LIMIT_NAMES).includes('none');
  if (scope === 'closed') return allowances(LIMIT_NAMES).includes('closed');
  if (scope === 'quota') return inReach.refusal.includes('chat');
  const reached = inReach[property === 'recovery' ? 'recovery' : 'refusal'];
  return allowances(reached.filter((name) => scopeOf(name) === scope)).some((allowed) => typeof allowed === 'number');
}

function limitsInForce(): Limits {
  const file = settings.LIMITS_FILE;
  if (file === '') return DEFAULT_LIMITS;
  let text: string;
  try {
    // A relative path is meant from the project's folder; k6 would take it from the bundle's, dist/.
    text = open(file.startsWith('/') ? file : `../${file}`);
  } catch {
    throw `LIMITS_FILE: ${file} can't be read.`;
  }
  const parsed = parseLimits(text);
  if (!parsed.ok) throw parsed.problems.join('\n');
  return parsed.limits;
}
