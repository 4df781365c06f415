/** Whether this machine can send the load: tools, open files, memory. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../../src/wire/settings.ts';
import { withoutSecrets } from '../../runs/child-environment.ts';
import { findK6 } from '../../runs/k6/k6.ts';
import { type Check, failed, notMeasured, ok } from './check.ts';

/**
 * What k6 takes of chat, which takes most: 111 MB with 100 users and 641 MB with 1,000 (docs/scaling.md, measured by `make
 * scale-check`), up to 766 MB in standard runs of this project.
 */
const MEMORY = { fixedBytes: 60e6, perUserBytes: 0.71e6 };
/** Connections of one user: the app's, Supabase's, and parallel reads. */
const FILES_PER_USER = 8;
const FIXED_FILES = 200;

/**
 * @param users of the largest test
 * @param fileBytes memory for the files that it sends
 */
export async function machineChecks(
  root: string,
  settings: Settings,
  path: string,
  { users, fileBytes }: { users: number; fileBytes: number },
): Promise<Check[]> {
  return [
    ok('node', process.versions.node),
    await k6Check(root, settings, path),
    await bundleCheck(root),
    openFilesCheck(await openFilesLimit(), users),
    memoryCheck(freemem(), users, fileBytes),
  ];
}

/** @param limit undefined where the system doesn't say */
export function openFilesCheck(limit: number | undefined, users: number): Check {
  const needed = FIXED_FILES + users * FILES_PER_USER;
  if (limit === undefined) return notMeasured('open files', 'this system does not tell its limit.');
  if (limit >= needed) return ok('open files', `${limit} allowed, ${needed} needed for ${users} users`);
  return failed(
    'open files',
    `${limit} allowed, ${needed} needed for ${users} users: raise it with \`ulimit -n ${needed}\`.`,
  );
}

/**
 * @param freeBytes memory that programs can still get
 * @param fileBytes memory for files that are sent
 */
export function memoryCheck(freeBytes: number, users: number, fileBytes: number): Check {
  const needed = MEMORY.fixedBytes + users * MEMORY.perUserBytes + fileBytes;
  const files = fileBytes > 0 ? ` and ${megabytes(fileBytes)} MB of files` : '';
  const figures = `${megabytes(freeBytes)} MB free, ${megabytes(needed)} MB needed for ${users} users${files}`;
  if (freeBytes >= needed) return ok('memory', figures);
  return failed('memory', `${figures}: close something, or lower USERS.`);
}

async function k6Check(root: string, settings: Settings, path: string): Promise<Check> {
  const found = await findK6({ root, named: settings.LAUNCHGATE_K6, path });
  if (!found.ok) return failed('k6', found.problem);
  return ok('k6', `${found.k6.version} (${found.k6.foundBy}: ${found.k6.path})`);
}

async function bundleCheck(root: string): Promise<Check> {
  const built = await access(join(root, 'dist/contract.js')).then(
    () => true,
    () => false,
  );
  return built
    ? ok('bundles', 'dist/ is built')
    : failed('bundles', 'dist/contract.js is not there: run `make build`.');
}

/** The hard limit: Go and Node raise the soft one to it by themselves. */
function openFilesLimit(): Promise<number | undefined> {
  return new Promise((done) =>
    execFile('sh', ['-c', 'ulimit -Hn'], { env: withoutSecrets(process.env) }, (error, stdout) => {
      const text = stdout.trim();
      if (error || text === '') done(undefined);
      else done(text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text));
    }),
  );
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
