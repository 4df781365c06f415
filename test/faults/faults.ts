/** What goes wrong at the target, when, and what a run must make of it. */
import type { FailureKind } from '../../src/wire/api.ts';
import type { FaultedTarget } from './faulted-target.ts';

export interface Fault {
  name: string;
  /** `load`: with the first request of the hold; `setup`: after the contract, before the first user. */
  begins: 'load' | 'setup';
  act(target: FaultedTarget): void | Promise<void>;
  /** Kinds of failures that it may be counted as, at least one of which must turn up. */
  kinds: readonly FailureKind[];
  /** Verdicts that are right; `pass` only where nothing is wrong. */
  outcomes: readonly string[];
  tls?: true;
  /** It harms the platform itself. */
  ownPlatform?: true;
}

/** What is there from the very beginning: the run must end before any load, in one line. */
export interface EarlyFault {
  name: string;
  act(target: FaultedTarget): void | Promise<void>;
  /** What the one line says. */
  says: RegExp;
  tls?: true;
}

export const HEALTHY: Fault = { name: 'none', begins: 'load', act: () => undefined, kinds: [], outcomes: ['pass'] };

const OUTAGE_SECONDS = 10;
const FLAP_SECONDS = 2;
const FAILS = ['fail'] as const;

export const FAULTS: readonly Fault[] = [
  {
    name: 'connection resets, 5 % of requests',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('reset', 20),
    kinds: ['connection'],
    outcomes: FAILS,
  },
  {
    name: 'half responses, 5 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('half', 20),
    kinds: ['connection'],
    outcomes: FAILS,
  },
  {
    name: 'slow bytes: 8 s an answer, 20 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('slow', 5),
    kinds: [],
    outcomes: FAILS,
  },
  {
    name: 'slow bytes without an end, 5 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('endless', 20),
    kinds: ['timeout'],
    outcomes: FAILS,
  },
  {
    name: 'stalls of 30 s, 5 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('stall', 20),
    kinds: ['timeout'],
    outcomes: FAILS,
  },
  {
    name: 'the TLS certificate expires',
    begins: 'load',
    act: (target) => target.expire(),
    kinds: ['connection'],
    outcomes: FAILS,
    tls: true,
  },
  {
    name: 'redirect loops, 5 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('redirect loop', 20),
    kinds: ['redirect'],
    outcomes: FAILS,
  },
  {
    name: 'redirects elsewhere, 5 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('redirect elsewhere', 20),
    kinds: ['redirect'],
    outcomes: FAILS,
  },
  {
    name: 'wrong JSON, 1 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('wrong JSON', 100),
    kinds: ['malformed'],
    // Right at the limit of "less than 1 %": either the samples show it, or they are too few.
    outcomes: ['fail', 'inconclusive'],
  },
  {
    name: 'wrong JSON, 5 %',
    begins: 'load',
    act: ({ proxy }) => proxy.begin('wrong JSON', 20),
    kinds: ['malformed'],
    outcomes: FAILS,
  },
  {
    name: `outage of ${OUTAGE_SECONDS} s`,
    begins: 'load',
    act: (target) => target.outage(OUTAGE_SECONDS),
    kinds: ['connection'],
    outcomes: FAILS,
  },
  {
    name: 'the platform is killed and restarted',
    begins: 'load',
    act: (target) => target.restart(),
    kinds: ['connection', 'server-error', 'client-error'],
    outcomes: FAILS,
    ownPlatform: true,
  },
  {
    name: `flapping: ${FLAP_SECONDS} s down, ${FLAP_SECONDS} s up`,
    begins: 'load',
    act: (target) => target.flap(FLAP_SECONDS),
    kinds: ['connection'],
    outcomes: FAILS,
  },
  {
    name: 'a stall of 30 s before the first user',
    begins: 'setup',
    act: ({ proxy }) => proxy.begin('stall'),
    kinds: [],
    outcomes: FAILS,
  },
  {
    name: 'gone before the first user',
    begins: 'setup',
    act: ({ proxy }) => proxy.shut(),
    kinds: [],
    outcomes: FAILS,
  },
];

/** Health is never harmed here: the contract test meets them. */
const AFTER_HEALTH = ['GET /api/health'];

export const EARLY_FAULTS: readonly EarlyFault[] = [
  {
    name: 'connection resets',
    act: ({ proxy }) => proxy.begin('reset'),
    says: /closes the connection without an answer/,
  },
  { name: 'half responses', act: ({ proxy }) => proxy.begin('half'), says: /breaks its answer .* off in the middle/ },
  { name: 'slow bytes without an end', act: ({ proxy }) => proxy.begin('endless'), says: /did not answer within 10 s/ },
  { name: 'stalls of 30 s', act: ({ proxy }) => proxy.begin('stall'), says: /did not answer within 10 s/ },
  {
    name: 'an expired TLS certificate',
    act: (target) => target.expire(),
    says: /certificate .*has expired/,
    tls: true,
  },
  {
    name: 'redirect loops',
    act: ({ proxy }) => proxy.begin('redirect loop'),
    says: /redirects \/api\/health to itself/,
  },
  {
    name: 'redirects elsewhere',
    act: ({ proxy }) => proxy.begin('redirect elsewhere'),
    says: /redirects \/api\/health to /,
  },
  { name: 'wrong JSON', act: ({ proxy }) => proxy.begin('wrong JSON'), says: /instead of the API's JSON/ },
  { name: 'nothing listens', act: ({ proxy }) => proxy.shut(), says: /nothing listens on/ },
  {
    name: 'connection resets, but for health',
    act: ({ proxy }) => proxy.begin('reset', 1, AFTER_HEALTH),
    says: /got no answer \(it broke the connection off/,
  },
  {
    name: 'half responses, but for health',
    act: ({ proxy }) => proxy.begin('half', 1, AFTER_HEALTH),
    says: /got no answer \(it broke the connection off/,
  },
  {
    name: 'stalls of 30 s, but for health',
    act: ({ proxy }) => proxy.begin('stall', 1, AFTER_HEALTH),
    says: /got no answer \(it timed out/,
  },
  {
    name: 'stalls of 30 s, in chat alone',
    act: ({ proxy }) => proxy.begin('stall', 1, [...AFTER_HEALTH, 'POST /auth/v1/token']),
    says: /POST \/api\/chat: expected 200, got no answer \(it timed out/,
  },
  {
    name: 'redirect loops, but for health',
    act: ({ proxy }) => proxy.begin('redirect loop', 1, AFTER_HEALTH),
    says: /got 30[27] \(it redirects .* or in a circle/,
  },
  {
    name: 'wrong JSON, but for health',
    act: ({ proxy }) => proxy.begin('wrong JSON', 1, AFTER_HEALTH),
    says: /body: expected object/,
  },
];
