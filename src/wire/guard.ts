/**
 * The target guard: no load reaches a host that was not named. One rule, used by the k6 bundles and by the gate.
 */
import { hostList, type Settings, withoutKeys } from './settings.ts';

/** Where a URL points, after a strict parse. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  /** Lower case; an IPv6 address keeps its brackets. */
  readonly host: string;
  /** Undefined means the scheme's own port. */
  readonly port: number | undefined;
}

export type ParsedTarget =
  | { readonly ok: true; readonly origin: Origin; readonly path: string }
  | { readonly ok: false; readonly problem: string };

const URL_FORM = /^(https?):\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?(\/[!-~]*)?$/i;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Parses a URL by a grammar that is narrower than the standard's: plain ASCII, no user name, no trailing dot, no numeric
 * short forms (127.1, 0x7f000001), so that what is checked here is what k6 will dial.
 */
export function parseTarget(url: string): ParsedTarget {
  const match = URL_FORM.exec(url);
  if (!match) return refused(url, 'it is not a plain http(s) address such as https://staging.example.com');
  const [, scheme, rawHost, rawPort, path] = match;
  const host = rawHost!.toLowerCase();
  const port = rawPort === undefined ? undefined : Number(rawPort);
  if (port !== undefined && (port < 1 || port > 65_535)) return refused(url, 'its port is not between 1 and 65535');
  if (!isHostName(host)) return refused(url, `"${host}" is neither a host name nor a full IP address`);
  return { ok: true, origin: { scheme: scheme!.toLowerCase() as Origin['scheme'], host, port }, path: path ?? '/' };
}

/** 127.0.0.0/8, [::1] and localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (host.startsWith('127.') && isIPv4(host));
}

/** True when both URLs have the same scheme, host and port: the only hop that a redirect may take. */
export function sameOrigin(a: Origin, b: Origin): boolean {
  return a.scheme === b.scheme && a.host === b.host && portOf(a) === portOf(b);
}

/** `host` or `host:port`, as people write it and as LAUNCHGATE_TARGETS takes it. */
export function hostLabel(origin: Origin): string {
  return origin.port === undefined ? origin.host : `${origin.host}:${origin.port}`;
}

/**
 * What speaks against sending this test to this URL; undefined when nothing does.
 * @param what names the setting or the answer that the URL came from
 */
export function targetProblem(what: string, url: string, test: string, settings: Settings): string | undefined {
  const parsed = parseTarget(url);
  if (!parsed.ok) return `${what}: ${parsed.problem}`;
  const { origin } = parsed;
  if (isLoopback(origin.host)) return undefined;
  const named = (list: string) => names(list, origin);
  const label = hostLabel(origin);
  if (named(settings.LAUNCHGATE_PRODUCTION)) {
    if (test !== 'quick') return `${what}: ${label} is production and takes only the quick test, not ${test}.`;
    if (!named(settings.ALLOW_PRODUCTION))
      return `${what}: ${label} is production; set ALLOW_PRODUCTION=${origin.host} to run quick there.`;
    return undefined;
  }
  if (named(settings.LAUNCHGATE_TARGETS)) return undefined;
  return `${what}: ${label} was not named; add it to LAUNCHGATE_TARGETS if you may load it.`;
}

/** Whether a list of hosts holds this one, with its port or without. */
function names(list: string, origin: Origin): boolean {
  const hosts = hostList(list);
  return hosts.includes(origin.host) || hosts.includes(`${origin.host}:${portOf(origin)}`);
}

/** Variables by which k6 sends what goes to other machines through a proxy. */
const PROXIES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** One line for each proxy that the load would pass and that was not named. What stays on this machine passes none. */
export function proxyProblems(env: Environment, settings: Settings): string[] {
  if (!nodeUsesProxies(env) && passesNoProxy(env, settings)) return [];
  return PROXIES.flatMap((name) => {
    const proxy = env[name];
    if (!proxy) return [];
    // Go takes `proxy.example:3128` for an http address.
    const parsed = parseTarget((proxy.includes('://') ? proxy : `http://${proxy}`).replace(/\/\/.*@/, '//'));
    if (parsed.ok && names(settings.LAUNCHGATE_TARGETS, parsed.origin)) return [];
    const label = parsed.ok ? hostLabel(parsed.origin) : 'the proxy';
    return [`${name}: ${label} was not named; add it to LAUNCHGATE_TARGETS if you may load it, or unset ${name}.`];
  });
}

/** Node 24 and newer can be told to use proxies, then for this machine's own addresses, too. */
export function nodeUsesProxies(env: Environment): boolean {
  return Boolean(env.NODE_USE_ENV_PROXY) || /--use-env-proxy/.test(env.NODE_OPTIONS ?? '');
}

/** Whether every host that may be loaded is spared by NO_PROXY, word for word; Go spares loopback by itself. */
function passesNoProxy(env: Environment, settings: Settings): boolean {
  const spared = hostList(env.NO_PROXY || env.no_proxy || '');
  const hosts = [...hostList(settings.LAUNCHGATE_TARGETS), ...hostList(settings.ALLOW_PRODUCTION)];
  return spared.includes('*') || hosts.every((host) => spared.includes(host) && !host.startsWith('['));
}

/** What of k6's options leads requests elsewhere. */
export interface LeadingOptions {
  readonly hosts?: Readonly<Record<string, unknown>> | null;
  readonly blacklistIPs?: readonly unknown[] | null;
}

/**
 * What speaks against the options that k6 really runs with: whoever starts it may have given others on the command line, in
 * K6_ variables, or in k6's own configuration file.
 */
export function optionsProblem({ hosts, blacklistIPs }: LeadingOptions, settings: Settings): string | undefined {
  const led = Object.keys(hosts ?? {});
  if (led.length > 0) {
    return `k6's option hosts (K6_HOSTS, or k6's config file) leads ${led.join(', ')} to other addresses; take it away, and set BASE_URL to the address that is meant.`;
  }
  if (!isLoopbackRun(settings) || (blacklistIPs?.length ?? 0) >= allButLoopback().length) return undefined;
  return "k6's option blacklistIPs (--blacklist-ip, K6_BLACKLIST_IPS) replaces launchgate's, which keeps the load on this machine; take it away.";
}

/** The URLs that a run touches: the app and Supabase. */
export function targetsOf(settings: Settings): { readonly what: string; readonly url: string }[] {
  const targets = [{ what: 'BASE_URL', url: settings.BASE_URL }];
  if (settings.SUPABASE_URL) targets.push({ what: 'SUPABASE_URL', url: settings.SUPABASE_URL });
  if (settings.METRICS_URL) targets.push({ what: 'METRICS_URL', url: settings.METRICS_URL });
  return targets;
}

/** Every problem that the guard has with these settings, one line each. */
export function guardProblems(test: string, settings: Settings): string[] {
  const key = passwordKeyProblem(settings);
  return [...hostProblems(test, settings), ...(key ? [key] : [])];
}

/** What speaks against the hosts that these settings name. */
export function hostProblems(test: string, settings: Settings): string[] {
  return targetsOf(settings)
    .map(({ what, url }) => targetProblem(what, url, test, settings))
    .filter((problem) => problem !== undefined);
}

/** One line when the run would sign in elsewhere with passwords that everybody can make. */
export function passwordKeyProblem(settings: Settings): string | undefined {
  if (isLoopbackRun(settings) || settings.LAUNCHGATE_PASSWORD_KEY !== 'launchgate-loopback-only') return undefined;
  return 'LAUNCHGATE_PASSWORD_KEY: its default is public and for loopback only; set a key of your own.';
}

/** True when the run can reach nothing but this machine. */
export function isLoopbackRun(settings: Settings): boolean {
  return targetsOf(settings).every(({ url }) => pointsToLoopback(url));
}

/**
 * CIDR blocks of every address but loopback, for k6's `blacklistIPs`: what the guard allowed by name can then not be
 * led elsewhere by DNS or a redirect.
 */
export function allButLoopback(): string[] {
  const ipv4 = [
    '0.0.0.0/2',
    '64.0.0.0/3',
    '96.0.0.0/4',
    '112.0.0.0/5',
    '120.0.0.0/6',
    '124.0.0.0/7',
    '126.0.0.0/8',
    '128.0.0.0/1',
  ];
  // ::1 differs from every other address in some first bit: one block for each bit that could be it.
  const ipv6 = Array.from({ length: 128 }, (_, bit) => {
    const words = [0, 0, 0, 0, 0, 0, 0, 0];
    if (bit < 127) words[bit >> 4] = 1 << (15 - (bit & 15));
    return `${words.map((word) => word.toString(16)).join(':')}/${bit + 1}`;
  });
  return [...ipv4, ...ipv6];
}

function pointsToLoopback(url: string): boolean {
  const parsed = parseTarget(url);
  return parsed.ok && isLoopback(parsed.origin.host);
}

function portOf(origin: Origin): number {
  return origin.port ?? (origin.scheme === 'https' ? 443 : 80);
}

function isHostName(host: string): boolean {
  if (host.startsWith('[')) return isIPv6(host.slice(1, -1));
  const labels = host.split('.');
  // A last label of digits (or 0x…) makes resolvers read the whole as a number: then it must be a full IPv4 address.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1)!)) return isIPv4(host);
  return host.length <= 253 && labels.every((label) => DNS_LABEL.test(label));
}

function isIPv4(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => IPV4_PART.test(part) && Number(part) <= 255);
}

/** Eight words, or fewer with `::` in one place. */
function isIPv6(text: string): boolean {
  const halves = text.split('::');
  const words = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const isWhole = halves.length === 1 ? words.length === 8 : halves.length === 2 && words.length < 8;
  return isWhole && words.every((word) => /^[0-9a-f]{1,4}$/.test(word));
}

function refused(url: string, why: string): ParsedTarget {
  return { ok: false, problem: `${JSON.stringify(withoutKeys(url))} can't be used: ${why}.` };
}
