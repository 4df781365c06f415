/**
 * Finds the k6 binary: LAUNCHGATE_K6, then PATH when its version is in range, then the project's own tool folder.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { withoutSecrets } from '../child-environment.ts';

export interface K6 {
  path: string;
  /** e.g. `1.1.0`. */
  version: string;
  foundBy: 'LAUNCHGATE_K6' | 'PATH' | 'the tool folder';
}

export type FoundK6 = { ok: true; k6: K6 } | { ok: false; problem: string };

export interface K6Search {
  /** The project's folder. */
  root: string;
  /** LAUNCHGATE_K6, or ''. */
  named: string;
  /** PATH. */
  path: string;
}

/** First and last minor version that the suite is written for and tested with. */
const OLDEST = { major: 1, minor: 1 };
const NEWEST = { major: 2, minor: 2 };
const RANGE = `${OLDEST.major}.${OLDEST.minor} through ${NEWEST.major}.${NEWEST.minor}`;

/** On a machine that is busy otherwise k6 takes a good while to say its version. */
const VERSION_MS = 60_000;

/** Where the project keeps its own k6. */
export function ownK6(root: string): string {
  return join(root, '.tools', 'k6');
}

/** A k6 in range, or one line that says what is wrong and what to do. */
export async function findK6({ root, named, path }: K6Search): Promise<FoundK6> {
  if (named) return namedK6(resolve(named));
  const passedOver: string[] = [];
  const candidates = [
    { path: await onPath(path), foundBy: 'PATH' as const },
    { path: ownK6(root), foundBy: 'the tool folder' as const },
  ];
  for (const candidate of candidates) {
    const version = candidate.path && (await versionOf(candidate.path));
    if (!candidate.path || !version) continue;
    if (inRange(version)) return { ok: true, k6: { path: candidate.path, version, foundBy: candidate.foundBy } };
    passedOver.push(`${candidate.path} is ${version}`);
  }
  const seen = passedOver.length > 0 ? ` (${passedOver.join(', ')})` : '';
  return { ok: false, problem: `no k6 ${RANGE} was found${seen}; run \`./launchgate k6 --install\`.` };
}

async function namedK6(path: string): Promise<FoundK6> {
  const version = await versionOf(path);
  if (!version) return { ok: false, problem: `LAUNCHGATE_K6: ${path} is no k6 that runs here.` };
  if (!inRange(version)) {
    return { ok: false, problem: `LAUNCHGATE_K6: ${path} is k6 ${version}; launchgate needs ${RANGE}.` };
  }
  return { ok: true, k6: { path, version, foundBy: 'LAUNCHGATE_K6' } };
}

/**
 * `1.1.0` of a k6 binary; undefined when it isn't one or doesn't run here.
 * @throws Error when nothing at all can be started, because no more files may be opened
 */
export async function versionOf(binary: string): Promise<string | undefined> {
  const printed = await new Promise<string>((done, failed) =>
    execFile(binary, ['version'], { timeout: VERSION_MS, env: withoutSecrets(process.env) }, (error, stdout) => {
      if (error && ['EMFILE', 'ENFILE'].includes(String(error.code))) failed(error);
      else done(error ? '' : stdout);
    }),
  );
  return /^k6(?:\.exe)? v(\d+\.\d+\.\d+)/m.exec(printed)?.[1];
}

function inRange(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const rank = (of: { major: number; minor: number }) => of.major * 1_000 + of.minor;
  return rank({ major, minor }) >= rank(OLDEST) && rank({ major, minor }) <= rank(NEWEST);
}

async function onPath(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, 'k6');
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
