/**
 * Every setting of launchgate, in one table. k6's config, the gate, `.env.example`, `--help`, the docs and redaction are
 * all derived from it. No name starts with K6_: k6 would take such a variable for its own option.
 */

/** What a value must look like; `settingsProblems` checks it. */
type Kind =
  | 'text'
  | 'url'
  | 'path'
  | 'header'
  | 'share'
  | 'positive'
  | 'count'
  | 'hosts'
  | 'headers'
  | 'exporters'
  | 'zones'
  | readonly string[];

interface Setting {
  readonly name: string;
  /** The value when the variable is unset or empty. */
  readonly default: string;
  readonly kind: Kind;
  readonly meaning: string;
  /** Never printed, never stored. */
  readonly secret?: true;
  readonly group: keyof typeof GROUPS;
}

/** What settings are about, in the order in which they are shown. */
export const GROUPS = {
  target: 'The platform under test',
  safety: 'What may be loaded',
  load: 'How much load',
  data: 'Test data',
  embedded: 'The embedded platform (used when BASE_URL is empty)',
  tools: 'Tools and the run itself',
} as const;

// biome-ignore format: one line a setting
export const SETTINGS = [
  { name: 'BASE_URL', default: '', kind: 'url', group: 'target', meaning: 'address of the platform, e.g. https://staging.example.com; empty starts the embedded platform' },
  { name: 'SUPABASE_URL', default: '', kind: 'url', group: 'target', meaning: 'address of Supabase (sign-in, storage); empty means the same as BASE_URL' },
  { name: 'SUPABASE_ANON_KEY', default: 'launchgate-embedded-anon-key', kind: 'header', secret: true, group: 'target', meaning: 'the public (anon) API key that every sign-in sends' },
  { name: 'SUPABASE_SERVICE_ROLE_KEY', default: '', kind: 'header', secret: true, group: 'target', meaning: 'service-role key, needed only to seed and clean test data' },
  { name: 'ROUTE_PREFIX', default: '', kind: 'path', group: 'target', meaning: 'put before every app route, e.g. /v2 turns /api/chat into /v2/api/chat' },
  { name: 'HEALTH_PATH', default: '/api/health', kind: 'path', group: 'target', meaning: 'route that says whether the platform is well; after ROUTE_PREFIX' },
  { name: 'AUTH_MODE', default: 'cookie', kind: ['cookie', 'bearer'], group: 'target', meaning: 'how app routes learn who asks: the @supabase/ssr cookie, or an Authorization header' },
  { name: 'AUTH_COOKIE_NAME', default: '', kind: 'text', group: 'target', meaning: 'session cookie; empty means sb-<first label of the Supabase host>-auth-token' },
  { name: 'EXTRA_HEADERS', default: '', kind: 'headers', secret: true, group: 'target', meaning: 'sent with every request, as JSON, e.g. {"x-vercel-protection-bypass":"…"}' },
  { name: 'METRICS_URL', default: '', kind: 'url', group: 'target', meaning: "the platform's Prometheus metrics page" },
  { name: 'DATABASE_URL', default: '', kind: 'text', secret: true, group: 'target', meaning: "the platform's Postgres; only ever read, for signals and audit" },
  { name: 'METRICS_AUTHORIZATION', default: '', kind: 'header', secret: true, group: 'target', meaning: 'Authorization header for METRICS_URL, e.g. Bearer …' },
  { name: 'EXPORTERS', default: '', kind: 'exporters', secret: true, group: 'target', meaning: 'further metrics pages, as JSON: a list of objects with a url and, where it is asked for, an authorization, e.g. [{"url":"http://redis-exporter:9121/metrics"}]' },
  { name: 'REDIS_URL', default: '', kind: 'text', secret: true, group: 'target', meaning: "the platform's Redis, e.g. rediss://default:…@host:6379; only asked for INFO" },
  { name: 'UPSTASH_ACCOUNT', default: '', kind: 'text', secret: true, group: 'target', meaning: "email:key of Upstash's developer API, where the Redis is Upstash's or Vercel KV" },
  { name: 'UPSTASH_DATABASE_ID', default: '', kind: 'text', group: 'target', meaning: 'which of its databases' },
  { name: 'LIMITS_FILE', default: '', kind: 'text', group: 'target', meaning: "JSON file with the target's rate limits where they differ from the defaults" },
  { name: 'TARGET_REVISION', default: '', kind: 'text', group: 'target', meaning: 'revision of the platform, where it does not tell by itself' },
  { name: 'LAUNCHGATE_TARGETS', default: '', kind: 'hosts', group: 'safety', meaning: 'hosts that may be loaded, separated by commas; loopback needs no entry' },
  { name: 'LAUNCHGATE_PRODUCTION', default: '', kind: 'hosts', group: 'safety', meaning: 'hosts that are production: they take the quick test only' },
  { name: 'ALLOW_PRODUCTION', default: '', kind: 'hosts', group: 'safety', meaning: 'the one production host that this run may touch, spelt out' },
  { name: 'MAX_AI_CALLS', default: '5000', kind: 'count', group: 'safety', meaning: 'most AI answers one run may ask of a target that is not loopback' },
  { name: 'PROFILE', default: 'standard', kind: ['smoke', 'gate', 'standard', 'full'], group: 'load', meaning: 'smoke (seconds), gate (100 users, 4 minutes), standard (6 minutes, up to 1,000 users), full (the checklist)' },
  { name: 'USERS', default: '', kind: 'count', group: 'load', meaning: 'users of the largest phase (auth: arrivals a second); the other phases scale with it; empty means as in the workload' },
  { name: 'PACE', default: '1', kind: 'positive', group: 'load', meaning: 'how fast users act: 2 halves the pause between messages (never under 6 s, unless the tier is unlimited)' },
  { name: 'SOAK_HOURS', default: '', kind: 'positive', group: 'load', meaning: 'hours that soak holds its load between the two ends that it compares; empty means as in the profile' },
  { name: 'REPEAT_QUESTIONS', default: '0', kind: 'share', group: 'load', meaning: 'share of messages (0 to 1) that repeat a known question, so that an answer cache can help' },
  { name: 'PROCESSING_SPEEDUP', default: '', kind: 'positive', group: 'load', meaning: 'how much faster than life the embedded platform processes videos, and how many times more arrive; empty means as in the profile' },
  { name: 'GENERATORS', default: '1', kind: 'count', group: 'load', meaning: 'how many k6 processes share the load; their facts are added up and judged once' },
  { name: 'LAUNCHGATE_PASSWORD_KEY', default: 'launchgate-loopback-only', kind: 'text', secret: true, group: 'data', meaning: "key from which the test users' passwords are made; the default is for loopback only" },
  { name: 'SEED', default: '1', kind: 'count', group: 'data', meaning: 'seed of everything random: fixtures, journeys, the embedded platform' },
  { name: 'SESSIONS_FILE', default: '', kind: 'text', group: 'data', meaning: 'prepared sessions, from `launchgate sessions prepare`: no test but auth signs users in by password then' },
  { name: 'SIGN_INS_PER_HOUR', default: '', kind: 'count', group: 'data', meaning: 'sign-ins that the target allows from one address; empty means 1800 (hosted Supabase), on loopback no limit' },
  { name: 'SETUP', default: 'recommended', kind: ['free', 'recommended'], group: 'embedded', meaning: 'which setup of the platform to embed: free (all weak points) or recommended' },
  { name: 'PLATFORM_SWITCHES', default: '', kind: 'text', group: 'embedded', meaning: 'changes to the setup, e.g. vectorIndex=off,aiRequestsPerMinute=500' },
  { name: 'PLATFORM_DATABASE_URL', default: '', kind: 'text', secret: true, group: 'embedded', meaning: 'a Postgres with pgvector on loopback for the embedded platform; empty uses PGlite' },
  { name: 'LAUNCHGATE_K6', default: '', kind: 'text', group: 'tools', meaning: 'the k6 binary to use; empty looks on PATH, then in the tool folder' },
  { name: 'LAUNCHGATE_ENV_FILE', default: '.env.test', kind: 'text', group: 'tools', meaning: 'file that further settings are read from; itself taken from the environment only' },
  { name: 'LAUNCHGATE_RUN_ID', default: '', kind: 'text', group: 'tools', meaning: 'names the run in every request and file; the runner sets it' },
  { name: 'LAUNCHGATE_SUMMARY', default: 'summary.json', kind: 'text', group: 'tools', meaning: 'where k6 writes its facts; the runner sets it' },
  { name: 'ARCHIVED_LOAD', default: '', kind: 'text', group: 'tools', meaning: 'the load that an archive was made for; `launchgate archive` sets it' },
  { name: 'STEP_SECONDS', default: '', kind: 'count', group: 'tools', meaning: 'hold one phase alone, so long; `launchgate capacity` sets it' },
  { name: 'CLOUD_ZONES', default: '', kind: 'zones', group: 'tools', meaning: 'load zones of k6 Cloud and their shares in per cent, e.g. amazon:us:ashburn=60,amazon:de:frankfurt=40' },
  { name: 'CONTRACT_FOR', default: '', kind: 'text', group: 'tools', meaning: 'the contract test looks only at the routes that this test uses; empty means all' },
  { name: 'CONTRACT_RESULT', default: 'contract.json', kind: 'text', group: 'tools', meaning: 'where the contract test writes what it found; the runner sets it' },
] as const satisfies readonly Setting[];

/** What the embedded platform takes as service-role key unless SUPABASE_SERVICE_ROLE_KEY says otherwise. */
export const EMBEDDED_SERVICE_KEY = 'launchgate-embedded-service-role-key';

export type SettingName = (typeof SETTINGS)[number]['name'];
export type Settings = Readonly<Record<SettingName, string>>;

/** Fills in defaults; an empty variable counts as unset. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const values = {} as Record<SettingName, string>;
  for (const setting of SETTINGS) values[setting.name] = env[setting.name]?.trim() || setting.default;
  return values;
}

/** One line for every value that can't be used, naming the setting and what it takes. Empty when all is well. */
export function settingsProblems(settings: Settings): string[] {
  const problems: string[] = [];
  for (const { name, kind, default: fallback } of SETTINGS) {
    const value = settings[name];
    if (value === fallback) continue;
    const wants = mismatch(value, kind);
    if (wants) problems.push(`${name} ${wants}; it is ${quoted(name, value)}.`);
  }
  return problems;
}

/** The headers of EXTRA_HEADERS; an empty object when unset or malformed (which `settingsProblems` reports). */
export function extraHeaders(settings: Settings): Record<string, string> {
  return settings.EXTRA_HEADERS ? (parseHeaders(settings.EXTRA_HEADERS) ?? {}) : {};
}

/** A page of metrics beside the platform's own. */
export interface Exporter {
  readonly url: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
}

/** The pages of EXPORTERS; none when unset or malformed (which `settingsProblems` reports). */
export function exporters(settings: Settings): readonly Exporter[] {
  return settings.EXPORTERS ? (parseExporters(settings.EXPORTERS) ?? []) : [];
}

/**
 * The load that these settings ask for, in words that can be compared: a k6 archive holds its scenarios ready-made, and
 * everything else in it must speak of the same ones.
 */
export function loadShape(settings: Settings): string {
  return SETTINGS.filter(({ group, name }) => group === 'load' && name !== 'GENERATORS')
    .map(({ name }) => `${name}=${settings[name]}`)
    .join(' ');
}

/** Load zones of k6 Cloud and the share of users that each gets, per cent; undefined when CLOUD_ZONES can't be read. */
export function cloudZones(value: string): { zone: string; percent: number }[] | undefined {
  const zones = value
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [zone = '', percent = ''] = entry.trim().split('=');
      return { zone, percent: Number(percent) };
    });
  const readable = zones.every(({ zone, percent }) => /^[a-z0-9:-]+$/.test(zone) && percent > 0);
  const sum = zones.reduce((total, { percent }) => total + percent, 0);
  return readable && (zones.length === 0 || sum === 100) ? zones : undefined;
}

/** The hosts of a comma-separated list, lower case. */
export function hostList(value: string): string[] {
  return value
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
}

/** The values of all secret settings that are set to something of their own, to be blotted out of any text in this order. */
export function secretValues(settings: Settings): string[] {
  const secrets = SETTINGS.filter((setting) => 'secret' in setting).flatMap(({ name, default: fallback }) => {
    const value = settings[name];
    if (value === '' || value === fallback) return [];
    if (name === 'EXTRA_HEADERS') return [value, ...Object.values(extraHeaders(settings))];
    if (name === 'EXPORTERS') return [value, ...exporters(settings).map(({ authorization }) => authorization ?? '')];
    return [value];
  });
  // The longest first: one that holds another must go whole.
  return secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
}

/** The text with every secret of these settings replaced, also where only its password is told, in an address, or in JSON. */
export function redact(text: string, settings: Settings): string {
  const secrets = secretValues(settings).flatMap((secret) => [secret, ...partsOf(secret)]);
  const addresses = SETTINGS.filter(({ kind }) => kind === 'url').flatMap(({ name }) => passwordsIn(settings[name]));
  const written = [...secrets, ...addresses].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  // The longest first: one may be a part of another.
  return written
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.split(secret).join('[redacted]'), text);
}

/** Shorter ones may be words that stand in any text. */
const SHORTEST_PART = 6;

/** What of a secret is one by itself: the password in an address, the key after `Bearer` or an account's name. */
function partsOf(secret: string): string[] {
  const [, key = ''] = /^(?:\S+ |[^\s:/]+:)(\S+)$/.exec(secret) ?? [];
  return [...passwordsIn(secret), key].filter((part) => part.length >= SHORTEST_PART);
}

/** The passwords of `//user:password@` in a text, as they stand and decoded. */
function passwordsIn(text: string): string[] {
  const passwords = [...text.matchAll(/\/\/[^\s/:@"]*:([^\s"]+)@/g)].map(([, password]) => password!);
  return [...passwords, ...passwords.flatMap(decoded)].filter((part) => part.length >= SHORTEST_PART);
}

function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}

/** An address as it may be shown: without user name, password and query, which may be keys. */
export function withoutKeys(url: string): string {
  return url.replace(/^(\w+:\/\/)?.*@/s, '$1…@').replace(/\?.+/s, '?…');
}

/** The content of `.env.example`. */
export function envExample(): string {
  const lines = [
    '# Settings of launchgate. Copy to .env.test and fill in what you need; everything may stay empty.',
    '# Generated from src/wire/settings.ts by `make env-example`.',
  ];
  for (const [group, title] of Object.entries(GROUPS)) {
    lines.push('', `# --- ${title} ---`);
    for (const setting of SETTINGS.filter((candidate) => candidate.group === group)) {
      const secret = 'secret' in setting ? ' (secret)' : '';
      lines.push(`# ${setting.meaning}${secret}`, `${setting.name}=${'secret' in setting ? '' : setting.default}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(name: SettingName, value: string): string {
  const setting: Setting = SETTINGS.find((candidate) => candidate.name === name)!;
  if (setting.secret) return 'set to something else';
  return JSON.stringify(setting.kind === 'url' ? withoutKeys(value) : value);
}

function mismatch(value: string, kind: Kind): string | undefined {
  if (typeof kind === 'object') return kind.includes(value) ? undefined : `must be one of ${kind.join(', ')}`;
  switch (kind) {
    case 'share':
      return Number(value) >= 0 && Number(value) <= 1 ? undefined : 'must be a number from 0 to 1';
    case 'positive':
      return Number(value) >= 1e-6 && Number(value) <= 1e6 ? undefined : 'must be a number above 0, a million at most';
    case 'count':
      return /^[1-9]\d{0,8}$/.test(value) ? undefined : 'must be a whole number above 0, of nine digits at most';
    case 'url':
      return /^https?:\/\//.test(value) ? undefined : 'must start with http:// or https://';
    case 'path':
      return /^\/[\w.~%/-]*$/.test(value) ? undefined : 'must be a path that begins with /, such as /v2';
    case 'header':
      return isHeaderText(value)
        ? undefined
        : 'must be text that a header can carry: one line, no letters beyond Latin-1';
    case 'hosts':
      return hostList(value).every((host) => HOST.test(host))
        ? undefined
        : 'must be hosts such as staging.example.com, separated by commas, without http:// and *';
    case 'zones':
      return cloudZones(value) ? undefined : 'must be zones with shares that sum to 100, such as amazon:us:ashburn=100';
    case 'headers':
      return headersProblem(value);
    case 'exporters':
      return parseExporters(value) ? undefined : 'must be a JSON list of objects with a url (http or https)';
    default:
      return undefined;
  }
}

/** A host and perhaps its port. A list that named nothing would let production go for any other host. */
const HOST = /^(?:\[[0-9a-f:]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d{1,5})?$/;

/** Servers behind one address are told apart by Host: with another one, requests reach what nobody named. */
function headersProblem(value: string): string | undefined {
  const headers = parseHeaders(value);
  if (!headers) return 'must be a JSON object of header names and texts, each on one line';
  const hasHost = Object.keys(headers).some((name) => name.toLowerCase() === 'host');
  return hasHost ? 'must not hold Host, which is for BASE_URL to say' : undefined;
}

/** RFC 9110: a token, and what may stand behind it. k6 and Node send nothing else. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

function isHeaderText(text: unknown): boolean {
  return typeof text === 'string' && HEADER_TEXT.test(text);
}

function parseHeaders(value: string): Record<string, string> | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    return Object.entries(parsed).every(([name, text]) => HEADER_NAME.test(name) && isHeaderText(text))
      ? (parsed as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}

function parseExporters(value: string): readonly Exporter[] | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) && parsed.every(isExporter) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isExporter(entry: unknown): entry is Exporter {
  if (typeof entry !== 'object' || entry === null) return false;
  const { url, authorization } = entry as Partial<Record<keyof Exporter, unknown>>;
  return (
    typeof url === 'string' && /^https?:\/\//.test(url) && (authorization === undefined || isHeaderText(authorization))
  );
}
