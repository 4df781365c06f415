import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

/** A clone whose programs and tools only say that they were called. */
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-launcher-'));
  for (const folder of ['src', 'gate', 'platform', 'build', 'dist/node', 'node_modules', 'bin']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await copyFile('launchgate', join(root, 'launchgate'));
  await writeFile(join(root, 'esbuild.config.mjs'), built('built'));
  await writeFile(join(root, 'bin/npm'), '#!/bin/sh\necho "npm $*" >&2\n: >node_modules/.package-lock.json\n', {
    mode: 0o755,
  });
});
after(() => rm(root, { recursive: true }));
beforeEach(async () => {
  // In this order in time: lock file, modules, sources, program.
  const files = ['package-lock.json', 'node_modules/.package-lock.json', 'src/a.ts', 'dist/node/launchgate.mjs'];
  for (const [age, file] of files.entries()) {
    await writeFile(join(root, file), file.endsWith('.mjs') ? program('fresh') : '');
    await touch(file, -1_000 + age);
  }
  for (const old of ['src', 'gate', 'platform', 'build', 'esbuild.config.mjs']) await touch(old, -2_000);
});

const program = (word: string) => `console.log('${word}', ...process.argv.slice(2)); process.exitCode = 99;`;
const built = (word: string) =>
  `import { writeFileSync } from 'node:fs'; writeFileSync('dist/node/launchgate.mjs', ${JSON.stringify(program(word))});`;

/** @param seconds from now */
async function touch(file: string, seconds: number): Promise<void> {
  const at = Date.now() / 1_000 + seconds;
  await utimes(join(root, file), at, at);
}

function launch(args: string[] = [], path = `${join(root, 'bin')}:${process.env.PATH}`) {
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((done) => {
    const child = execFile(
      join(root, 'launchgate'),
      args,
      { env: { PATH: path }, cwd: tmpdir() },
      (_, stdout, stderr) => done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

test('With nothing to do it hands over arguments and exit code, and says nothing', async () => {
  assert.deepEqual(await launch(['run', 'a b']), { exitCode: 99, stdout: 'fresh run a b\n', stderr: '' });
});

test('A source newer than the program is built first', async () => {
  await touch('src/a.ts', 0);
  assert.deepEqual(await launch(), { exitCode: 99, stdout: 'built\n', stderr: 'launchgate: building …\n' });
});

test('A lock file newer than the modules is installed, and the program built anew', async () => {
  await touch('package-lock.json', 0);
  const { stdout, stderr } = await launch();
  assert.match(stderr, /^launchgate: installing node modules …\nnpm ci .*\nlaunchgate: building …\n$/);
  assert.equal(stdout, 'built\n');
});

test('A build that fails is one line and exit code 1', async () => {
  await touch('src/a.ts', 0);
  await writeFile(join(root, 'esbuild.config.mjs'), 'process.exit(1)');
  const ended = await launch();
  await writeFile(join(root, 'esbuild.config.mjs'), built('built'));
  assert.deepEqual(ended, {
    exitCode: 1,
    stdout: '',
    stderr: 'launchgate: building …\nlaunchgate: the build failed, see above.\n',
  });
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} while it builds ends the build too`, async () => {
    await touch('src/a.ts', 0);
    // Says its number and stays, as a build on a busy machine would.
    await writeFile(join(root, 'esbuild.config.mjs'), 'console.error(process.pid); setTimeout(() => {}, 60_000);');
    const child = spawn(join(root, 'launchgate'), {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const builder = await new Promise<number>((done) => {
      let said = '';
      child.stderr.on('data', (text) => {
        said += text;
        const found = /^\d+\n/m.exec(said);
        if (found) done(Number(found[0]));
      });
    });
    child.kill(signal);
    const [exitCode] = await once(child, 'close');
    await writeFile(join(root, 'esbuild.config.mjs'), built('built'));
    assert.equal(exitCode, 130);
    assert.throws(() => process.kill(builder, 0), { code: 'ESRCH' });
  });
}

test('A Node that is too old, or none, is one line and exit code 2', async () => {
  const bare = join(root, 'bare');
  await mkdir(bare);
  for (const tool of ['sh', 'dirname', 'find', 'head']) {
    await symlink(await whereIs(tool), join(bare, tool));
  }
  assert.deepEqual(await launch([], bare), {
    exitCode: 2,
    stdout: '',
    stderr: 'launchgate: Node 20 or newer is needed and no node was found; install it from https://nodejs.org.\n',
  });
  await writeFile(join(bare, 'node'), '#!/bin/sh\necho v18.19.0\n', { mode: 0o755 });
  assert.deepEqual(await launch([], bare), {
    exitCode: 2,
    stdout: '',
    stderr:
      'launchgate: Node 20 or newer is needed and this is v18.19.0; install a newer one from https://nodejs.org.\n',
  });
});

function whereIs(tool: string): Promise<string> {
  return new Promise((done) => execFile('sh', ['-c', `command -v ${tool}`], (_, stdout) => done(stdout.trim())));
}
