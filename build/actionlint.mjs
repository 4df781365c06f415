/**
 * Runs actionlint, which reads GitHub workflows as GitHub does. The first time it is put into .tools/: the release
 * archive, held against its hash, or, where the release host can't be reached, built by Go from the same version, which
 * Go holds against its checksum database.
 *
 *   node build/actionlint.mjs [arguments of actionlint]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSION = '1.7.12';
const RELEASES_URL = 'https://github.com/rhysd/actionlint/releases/download';
const FETCH_TIMEOUT_MS = 5_000;

/** SHA-256 of the release's archives, by `<platform>-<arch>` of Node. */
const ARCHIVES = {
  'linux-x64': ['linux_amd64', '8aca8db96f1b94770f1b0d72b6dddcb1ebb8123cb3712530b08cc387b349a3d8'],
  'linux-arm64': ['linux_arm64', '325e971b6ba9bfa504672e29be93c24981eeb1c07576d730e9f7c8805afff0c6'],
  'darwin-x64': ['darwin_amd64', '5b44c3bc2255115c9b69e30efc0fecdf498fdb63c5d58e17084fd5f16324c644'],
  'darwin-arm64': ['darwin_arm64', 'aba9ced2dee8d27fecca3dc7feb1a7f9a52caefa1eb46f3271ea66b6e0e6953f'],
};

const binary = resolve('.tools', `actionlint-${VERSION}`);

try {
  if (!existsSync(binary)) await install();
  process.exitCode = spawnSync(binary, process.argv.slice(2), { stdio: 'inherit' }).status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function install() {
  mkdirSync('.tools', { recursive: true });
  // Another test run may be installing too: the binary appears whole or not at all.
  const folder = mkdtempSync(resolve('.tools', 'installing-'));
  try {
    const unreachable = await unpackRelease(folder);
    if (unreachable) buildByGo(folder, unreachable);
    renameSync(join(folder, 'actionlint'), binary);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns {Promise<string | undefined>} why the release can't be had */
async function unpackRelease(folder) {
  const [system, sha256] = ARCHIVES[`${process.platform}-${process.arch}`] ?? [];
  if (!system) return `no release is known for ${process.platform}-${process.arch}`;
  const file = `actionlint_${VERSION}_${system}.tar.gz`;
  let archive;
  try {
    const response = await fetch(`${RELEASES_URL}/v${VERSION}/${file}`, {
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (!response.ok) return `HTTP ${response.status}`;
    archive = Buffer.from(await response.arrayBuffer());
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== sha256) throw new Error(`${file} has SHA-256 ${actual} instead of ${sha256}: not installed.`);
  writeFileSync(join(folder, file), archive);
  execFileSync('tar', ['-xzf', join(folder, file), '-C', folder, 'actionlint']);
  return undefined;
}

function buildByGo(folder, unreachable) {
  const { status, stderr } = spawnSync('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${VERSION}`], {
    env: { ...process.env, GOBIN: folder },
    encoding: 'utf8',
  });
  if (status === 0) return;
  const reason = stderr?.trim().split('\n').at(-1) ?? 'go is not there';
  throw new Error(`actionlint ${VERSION}: its release can't be fetched (${unreachable}), nor Go build it (${reason}).`);
}
