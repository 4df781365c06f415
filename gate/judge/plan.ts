/**
 * What users cost: setups with what they were measured to carry, fixes in the order in which they buy most users for a
 * dollar, and where the promises that come with the prices don't hold. Pure.
 */
import { PACE_SECONDS } from '../../src/behaviour.ts';
import { CRITERIA } from '../../src/thresholds.ts';
import type { CapacityFile } from '../../src/wire/capacity-file.ts';
import { plannedMessagesPerSecond } from '../../src/workloads.ts';
import { count, digits } from './figures.ts';
import { AI_USE } from './step.ts';

export interface Costs {
  currency: string;
  setups: readonly SetupCosts[];
  fixes: readonly FixCosts[];
}

export interface SetupCosts {
  name: string;
  /** By what is paid for, a month. */
  items: Readonly<Record<string, number>>;
  /** What is said of it. */
  claims?: { users?: number | undefined; videosPerHour?: number | undefined } | undefined;
  /** What the AI tier allows. */
  ai?: { requestsPerMinute: number; inputTokensPerMinute: number; outputTokensPerMinute: number } | undefined;
  videoWorkers?: number | undefined;
}

export interface FixCosts {
  name: string;
  monthly: number;
  /** Limits that it raises, by the names of the capacity search. */
  lifts: readonly string[];
}

export interface SetupRow {
  name: string;
  monthly: number;
  /** null where nobody has measured it. */
  low: number | null;
  high: number | null;
  /** A month, for each 1,000 users that it carries; null where nothing was measured, or nobody is carried. */
  costPerThousand: number | null;
  binding: string;
}

export interface FixRow {
  fix: string;
  monthly: number;
  /** Users before and after; null: no limit that was measured is left. */
  from: number;
  to: number | null;
  /** null for a fix that costs nothing, or whose gain has no end. */
  usersPerDollar: number | null;
  lifts: string;
  /** The limit that is met at `to`; '' where none was measured. */
  next: string;
}

export interface Plan {
  currency: string;
  setups: SetupRow[];
  /** In the order in which their limits bind, from the first setup on. */
  fixes: FixRow[];
  /** From the first setup to the last, which has all fixes: null unless both were measured. */
  whole: { name: string; monthly: number; from: number; to: number; usersPerDollar: number | null } | null;
  /** Fixes whose limit was not met in the measurements. */
  unmet: string[];
  remarks: string[];
}

/** @param measured by setup */
export function planOf(costs: Costs, measured: ReadonlyMap<string, CapacityFile>): Plan {
  const first = costs.setups[0];
  const start = first && measured.get(first.name);
  const fixes = start ? fixesInOrder(start, costs.fixes) : [];
  const used = fixes.map(({ fix }) => fix);
  return {
    currency: costs.currency,
    setups: costs.setups.map((setup) => setupRow(setup, measured.get(setup.name))),
    fixes,
    whole: wholeOf(costs.setups, measured),
    unmet: start ? costs.fixes.map(({ name }) => name).filter((name) => !used.includes(name)) : [],
    remarks: costs.setups.flatMap((setup) => remarksOn(setup, measured.get(setup.name))),
  };
}

/** By the lower ends, which were held. */
function wholeOf(setups: Costs['setups'], measured: ReadonlyMap<string, CapacityFile>): Plan['whole'] {
  const [first, last] = [setups[0], setups.at(-1)];
  const [from, to] = [first, last].map((setup) => setup && measured.get(setup.name)?.low);
  if (!first || !last || first === last || from === undefined || to === undefined) return null;
  const monthly = monthlyOf(last) - monthlyOf(first);
  return { name: last.name, monthly, from, to, usersPerDollar: monthly > 0 ? (to - from) / monthly : null };
}

/** What a setup costs a month, in the currency of costs.json. */
export function monthlyOf({ items }: SetupCosts): number {
  return Object.values(items).reduce((sum, cost) => sum + cost, 0);
}

function setupRow(setup: SetupCosts, capacity: CapacityFile | undefined): SetupRow {
  const monthly = monthlyOf(setup);
  const low = capacity?.low ?? null;
  return {
    name: setup.name,
    monthly,
    low,
    high: capacity?.high ?? null,
    costPerThousand: low === null || low === 0 ? null : (monthly / low) * 1_000,
    binding: capacity?.binding ?? '',
  };
}

/**
 * Lifts the limit that binds, then the one that binds next, and so on: until that is done, no other fix gains a user. Of
 * fixes for one limit the cheapest comes first, which gains most for a dollar.
 */
function fixesInOrder(capacity: CapacityFile, fixes: readonly FixCosts[]): FixRow[] {
  let left = limitsOf(capacity);
  const rows: FixRow[] = [];
  for (;;) {
    const [binding] = left;
    const [fix] = fixes
      .filter(({ lifts }) => binding && lifts.includes(binding.criterion))
      .sort((a, b) => a.monthly - b.monthly);
    if (!binding || !fix) return rows;
    left = left.filter(({ criterion }) => !fix.lifts.includes(criterion));
    const [next] = left;
    const gained = next ? next.users - binding.users : null;
    rows.push({
      ...{ fix: fix.name, monthly: fix.monthly, from: binding.users, to: next?.users ?? null },
      usersPerDollar: fix.monthly === 0 || gained === null ? null : gained / fix.monthly,
      ...{ lifts: binding.criterion, next: next?.criterion ?? '' },
    });
  }
}

interface Limit {
  criterion: string;
  /** At which it is reached. */
  users: number;
}

/**
 * The limits by the users at which they are reached, the binding one first: where that lies was measured. The others are
 * estimated: of requests, tokens, connections and queues so many more users take so much more. Waiting times and failures
 * stay low until something gives way, and say nothing of when.
 */
function limitsOf({ low, high, binding, headroom }: CapacityFile): Limit[] {
  const measured = Math.floor(high === null ? low : (low + high) / 2);
  const estimated = headroom
    .filter(({ criterion, used }) => criterion !== binding && used > 0 && growsWithUsers(criterion))
    .map(({ criterion, used }) => ({ criterion, users: Math.max(measured, Math.floor(low / used)) }))
    .sort((a, b) => a.users - b.users);
  return binding === '' ? estimated : [{ criterion: binding, users: measured }, ...estimated];
}

function growsWithUsers(id: string): boolean {
  const criterion = CRITERIA.find((each) => each.id === id);
  return id === AI_USE || (criterion?.stat === 'signal' && 'below' in criterion.limit);
}

/** Tokens of one answer: means of the conversation trace that Azure published in 2023 (PLATFORM.md, notes). */
const TOKENS = { input: 1_155, output: 211 };
/** PLATFORM.md: one worker processes 10 to 12 videos an hour. */
const VIDEOS_PER_WORKER = 11;

function remarksOn(setup: SetupCosts, capacity: CapacityFile | undefined): string[] {
  return [...aiRemark(setup), ...claimRemark(setup, capacity), ...videoRemark(setup)];
}

function aiRemark({ name, ai, claims }: SetupCosts): string[] {
  if (!ai) return [];
  const perUser = plannedMessagesPerSecond(1, 1) * 60;
  const carried: [string, number][] = [
    [`${count(ai.requestsPerMinute)} requests`, ai.requestsPerMinute / perUser],
    [`${count(ai.inputTokensPerMinute)} input tokens`, ai.inputTokensPerMinute / (perUser * TOKENS.input)],
    [`${count(ai.outputTokensPerMinute)} output tokens`, ai.outputTokensPerMinute / (perUser * TOKENS.output)],
  ];
  const least = Math.min(...carried.map(([, users]) => users));
  if (claims?.users === undefined || least >= claims.users) return [];
  const each = carried.map(([what, users]) => `${what} carry ${count(Math.floor(users))}`).join(', ');
  return [
    `${name}: ${count(claims.users)} users are promised, and its AI tier carries ${count(Math.floor(least))}: a message every ${PACE_SECONDS.mean} s from each, of ${count(TOKENS.input)} tokens in and ${TOKENS.output} out, and of a minute's ${each}. Providers count tokens as well as requests.`,
  ];
}

function claimRemark({ name, claims }: SetupCosts, capacity: CapacityFile | undefined): string[] {
  if (claims?.users === undefined || !capacity) return [];
  const { low, high } = capacity;
  if (low >= claims.users || (high !== null && low <= claims.users && claims.users <= high)) return [];
  const measured = high === null ? `${count(low)} or more` : `${count(low)} to ${count(high)}`;
  return [`${name}: ${count(claims.users)} users are promised, ${measured} were measured.`];
}

function videoRemark({ name, claims, videoWorkers }: SetupCosts): string[] {
  if (videoWorkers === undefined || claims?.videosPerHour === undefined) return [];
  const perHour = videoWorkers * VIDEOS_PER_WORKER;
  if (perHour >= claims.videosPerHour) return [];
  return [
    `${name}: ${claims.videosPerHour} videos an hour are promised, ${videoWorkers} workers process about ${perHour}.`,
  ];
}

/** `$205`, `$13.40` */
export function money(amount: number, currency: string): string {
  const text = Number.isInteger(amount) ? count(amount) : digits(amount);
  return currency === 'USD' ? `$${text}` : `${text} ${currency}`;
}
