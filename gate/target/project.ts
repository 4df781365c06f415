/**
 * The user's Supabase project, as the service role sees it: whether we may touch it, and what it answers. The embedded
 * platform speaks the same protocol.
 */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import WebSocket from 'ws';
import { isLoopback, parseTarget, targetProblem } from '../../src/wire/guard.ts';
import { quotable } from '../../src/wire/plain-text.ts';
import { EMBEDDED_SERVICE_KEY, redact, type Settings } from '../../src/wire/settings.ts';
import { PATIENCE, type Patience, persistentFetch } from './persistent-fetch.ts';
import { Refusal } from './refusal.ts';

export interface Project {
  /** First label of the host, as Supabase names a project; the whole host where it is an address. */
  readonly ref: string;
  readonly url: string;
  readonly client: SupabaseClient;
  readonly key: string;
  readonly fetch: typeof fetch;
  /** Of what the project says, as much as may be shown. */
  readonly shown: (text: string) => string;
  /** What ended the connection for good, if anything did. */
  readonly lost: () => Refusal | undefined;
}

/** What a long command tells while it works. */
export interface Report {
  /** So many of the rows, users or files are done. */
  progress(what: string, done: number, total: number): void;
  line(text: string): void;
}

/**
 * Connects with the service-role key, which passes row-level security.
 * @param purpose a word for the guard's line: what would be done to the host
 * @throws Refusal when settings, host or key don't allow it
 */
export async function connect(
  settings: Settings,
  purpose: string,
  report: Report,
  patience: Patience = PATIENCE,
): Promise<Project> {
  const url = supabaseUrl(settings);
  refuseHost(settings, url, purpose);
  const key = settings.SUPABASE_SERVICE_ROLE_KEY || (isLocal(url) ? EMBEDDED_SERVICE_KEY : '');
  if (!key) {
    throw new Refusal(
      'usage',
      'SUPABASE_SERVICE_ROLE_KEY is not set; it is in the project settings under API keys (service_role, or sb_secret_…).',
    );
  }
  const { fetch, lost } = persistentFetch(patience, report.line);
  const shown = (text: string) => quotable(redact(text, settings));
  const project = { ref: projectRef(url), url, key, fetch, lost, shown, client: clientFor(url, key, fetch) };
  await requireServiceRole(project);
  return project;
}

/** SUPABASE_URL, or BASE_URL where both are one. @throws Refusal when neither is set */
export function supabaseUrl(settings: Settings): string {
  const url = (settings.SUPABASE_URL || settings.BASE_URL).replace(/\/+$/, '');
  if (url) return url;
  throw new Refusal('usage', 'SUPABASE_URL is not set; set it to the address of your Supabase project.');
}

/** `abcdefgh` of https://abcdefgh.supabase.co; an address or localhost stays whole. */
export function projectRef(url: string): string {
  const parsed = parseTarget(url);
  const host = parsed.ok ? parsed.origin.host : url;
  return isLoopback(host) ? host : host.split('.')[0]!;
}

/** A client that keeps no session and opens no socket. Node 20 has no WebSocket of its own, and the client wants one. */
export function clientFor(url: string, key: string, fetch: typeof globalThis.fetch): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch },
    realtime: { transport: WebSocket as never },
  });
}

export interface Answer<Data> {
  data: Data;
  error: ApiError | null;
}

interface ApiError {
  message: string;
  code?: string | number | null;
}

/**
 * The data of an answer.
 * @param what was done, for the line
 * @throws Refusal when the connection is gone or the project refuses
 */
export async function ask<Data>(project: Project, what: string, request: PromiseLike<Answer<Data>>): Promise<Data> {
  const { data, error } = await request;
  if (error) throw refusalFor(project, what, error);
  return data;
}

/** What to end with after an error: the lost connection where there is one, else what the project said. */
export function refusalFor(project: Project, what: string, { message, code }: ApiError): Refusal {
  // An answer without a body has an empty object for a message.
  const said = message === '' || message === '{}' ? 'it answered with an error, and no word about it' : message;
  const shown = project.shown(`${said}${code ? ` (${code})` : ''}`);
  return (
    project.lost() ?? new Refusal('unreachable', `${project.ref}: ${what}: ${shown}; try again, or look into its logs.`)
  );
}

/** @throws Refusal when the guard keeps us away from the host, or its users would have public passwords */
export function refuseHost(settings: Settings, url: string, purpose: string): void {
  const problem = targetProblem('SUPABASE_URL', url, purpose, settings);
  if (problem) throw new Refusal('usage', problem);
  if (!isLocal(url) && settings.LAUNCHGATE_PASSWORD_KEY === 'launchgate-loopback-only') {
    throw new Refusal(
      'usage',
      'LAUNCHGATE_PASSWORD_KEY: its default is public and for loopback only; set a key of your own.',
    );
  }
}

function isLocal(url: string): boolean {
  const parsed = parseTarget(url);
  return parsed.ok && isLoopback(parsed.origin.host);
}

async function requireServiceRole(project: Project): Promise<void> {
  const role = roleOf(project.key);
  if (role !== undefined && role !== 'service_role') throw notServiceRole(project, `it carries the role "${role}"`);
  const { error } = await project.client.auth.admin.listUsers({ page: 1, perPage: 1 });
  if (!error) return;
  if (error.status === 401 || error.status === 403)
    throw notServiceRole(project, `${project.ref} answered ${error.status}`);
  throw refusalFor(project, 'reading the users', error);
}

function notServiceRole(project: Project, why: string): Refusal {
  return new Refusal(
    'usage',
    `SUPABASE_SERVICE_ROLE_KEY is no service-role key of ${project.ref} (${why}); take service_role or sb_secret_… from the project settings under API keys.`,
  );
}

/** The role that a key says it has: in a JWT's payload, or by the prefix of the newer keys. */
function roleOf(key: string): string | undefined {
  if (key.startsWith('sb_publishable_')) return 'anon';
  const payload = key.split('.')[1];
  if (!payload) return undefined;
  try {
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { role?: string }).role;
  } catch {
    return undefined;
  }
}
