/**
 * What the two setups of the platform switch on. Every weak point of PLATFORM.md is a switch, so that it can be shown,
 * measured and fixed one at a time.
 */

export const SETUP_NAMES = ['free', 'recommended'] as const;
export type SetupName = (typeof SETUP_NAMES)[number];

/** What a value may be: one of these words, a whole number of 1 or more, a number of 0 or more, a share of 0 to 1. */
type Takes = readonly string[] | 'count' | 'amount' | 'share';

interface Switch<Free, Recommended> {
  readonly free: Free;
  readonly recommended: Recommended;
  readonly takes: Takes;
  /** Weak point of PLATFORM.md, where it is one. */
  readonly weakPoint?: number;
  readonly meaning: string;
}

const ON_OFF = ['on', 'off'] as const;

// biome-ignore format: one line a switch
export const SWITCHES = {
  connectionLimit: { free: 15, recommended: 60, takes: 'count', weakPoint: 1, meaning: 'database connections that the app may have' },
  connectionHold: { free: 'request', recommended: 'query', takes: ['request', 'query'], weakPoint: 1, meaning: 'request: direct, held until the answer is out, refused when none is free; query: pooled, held for a query, waits for its turn' },
  connectMs: { free: 25, recommended: 0, takes: 'amount', weakPoint: 1, meaning: 'time to open a connection, ms; with connectionHold=request every request opens its own' },
  queryHopMs: { free: 1, recommended: 1, takes: 'amount', meaning: 'the way from the app to the database and back, ms' },
  vectorIndex: { free: 'off', recommended: 'ivfflat', takes: ['off', 'ivfflat'], weakPoint: 2, meaning: 'index on video_chunks.embedding; off compares the question with every chunk' },
  chunks: { free: 10_000, recommended: 10_000, takes: 'count', weakPoint: 2, meaning: 'rows of video_chunks: without the index, query time grows with them' },
  aiRequestsPerMinute: { free: 50, recommended: 4_000, takes: 'count', weakPoint: 3, meaning: "the AI provider's request limit (token bucket)" },
  aiInputTokensPerMinute: { free: 100_000, recommended: 6_000_000, takes: 'count', weakPoint: 3, meaning: "the AI provider's limit on tokens of prompts" },
  aiOutputTokensPerMinute: { free: 20_000, recommended: 1_200_000, takes: 'count', weakPoint: 3, meaning: "the AI provider's limit on tokens of answers" },
  aiQueue: { free: 'off', recommended: 'on', takes: ON_OFF, weakPoint: 3, meaning: 'on: requests beyond the limit wait and back off; off: they fail at once with 502' },
  videoWorkers: { free: 1, recommended: 10, takes: 'count', weakPoint: 4, meaning: 'videos that are processed at a time' },
  videoMinutes: { free: 5.5, recommended: 5.5, takes: 'amount', weakPoint: 4, meaning: 'median time to process a video, minutes: about 11 an hour for each worker; PROCESSING_SPEEDUP divides it' },
  videoFailureShare: { free: 0, recommended: 0, takes: 'share', meaning: 'share of videos whose processing fails, drawn from the seed' },
  cache: { free: 'off', recommended: 'on', takes: ON_OFF, weakPoint: 5, meaning: '15-minute cache of answers, dashboards and what every request reads, invalidated on write' },
  sessionLookup: { free: 'database', recommended: 'jwt', takes: ['database', 'jwt'], weakPoint: 6, meaning: 'database: every request asks GoTrue, which asks the auth tables; jwt: the token is verified in the app' },
  sessionLookupMs: { free: 20, recommended: 20, takes: 'amount', weakPoint: 6, meaning: 'the way to GoTrue and back, ms; only with sessionLookup=database' },
  media: { free: 'app', recommended: 'cdn', takes: ['app', 'cdn'], weakPoint: 7, meaning: 'app: thumbnails and videos go through the app, which has mediaMbps for all; cdn: they do not' },
  mediaMbps: { free: 100, recommended: 100, takes: 'count', weakPoint: 7, meaning: 'bandwidth of the app for media, Mbit/s; only with media=app' },
  nPlusOne: { free: 'on', recommended: 'off', takes: ON_OFF, weakPoint: 8, meaning: 'on: dashboards ask the database once for every item of a list; off: once for all' },
  aiSlowdown: { free: 1, recommended: 1, takes: 'amount', meaning: 'multiplies the time that the AI provider takes' },
  failureShare: { free: 0, recommended: 0, takes: 'share', meaning: 'share of app requests that fail with 500, drawn from the seed' },
  limiter: { free: 'sound', recommended: 'sound', takes: ['sound', 'off-by-one', 'counts-refused', 'not-atomic'], meaning: 'how the rate limits count; all but sound are wrong on purpose, for tests of such tests' },
  passwordCost: { free: 'off', recommended: 'off', takes: ON_OFF, meaning: 'on: a sign-in costs about 70 ms of CPU, as bcrypt of cost 10 does' },
} as const satisfies Record<string, Switch<string | number, string | number>>;

export type SwitchName = keyof typeof SWITCHES;
type Value<T extends Takes> = T extends readonly (infer Word)[] ? Word : number;
export type Switches = { readonly [Name in SwitchName]: Value<(typeof SWITCHES)[Name]['takes']> };

/**
 * The switches of a setup, with changes.
 * @param changes `name=value` each, later ones win
 * @throws RangeError with one line that names the switch and what it takes
 */
export function switchesOf(setup: SetupName, changes: readonly string[] = []): Switches {
  const values: Record<string, string | number> = {};
  for (const [name, entry] of Object.entries(SWITCHES)) values[name] = entry[setup];
  for (const change of changes) {
    const at = change.indexOf('=');
    const name = (at < 0 ? change : change.slice(0, at)).trim();
    if (!Object.hasOwn(SWITCHES, name)) {
      throw new RangeError(`There is no switch "${name}"; there are ${Object.keys(SWITCHES).join(', ')}.`);
    }
    values[name] = switchValue(name as SwitchName, at < 0 ? '' : change.slice(at + 1).trim());
  }
  return values as Switches;
}

/** One line a switch: name, values in both setups, meaning. */
export function switchList(): string {
  const rows = Object.entries<Switch<string | number, string | number>>(SWITCHES).map(([name, entry]) => {
    const weak = entry.weakPoint ? ` (weak point ${entry.weakPoint})` : '';
    const values = `free ${entry.free}, recommended ${entry.recommended}`;
    return `${name.padEnd(20)} ${values.padEnd(38)} ${entry.meaning}${weak}`;
  });
  return `${rows.join('\n')}\n`;
}

function switchValue(name: SwitchName, text: string): string | number {
  const takes: Takes = SWITCHES[name].takes;
  const wrong = (what: string) => new RangeError(`Switch ${name} takes ${what}, not "${text}".`);
  if (typeof takes === 'object') {
    if (!takes.includes(text)) throw wrong(takes.join(' or '));
    return text;
  }
  const value = text === '' ? Number.NaN : Number(text);
  if (takes === 'count' && !(Number.isInteger(value) && value >= 1)) throw wrong('a whole number of 1 or more');
  if (takes === 'amount' && !(value >= 0 && Number.isFinite(value))) throw wrong('a number of 0 or more');
  if (takes === 'share' && !(value >= 0 && value <= 1)) throw wrong('a share from 0 to 1');
  return value;
}
