/** Launch day with the real thing: k6, the quick test, and the embedded platform as somebody else's. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type MadeRelease, madeRelease, TESTED } from './made-release.ts';

let release: MadeRelease;
let platform: ChildProcess;
let url: string;
before(async () => {
  release = await madeRelease();
  await mkdir(join(release.root, 'dist'));
  for (const name of ['dist/node', 'dist/quick.js', 'dist/contract.js', 'fixtures']) {
    await cp(name, join(release.root, name), { recursive: true });
  }
  const startedAt = new Date(Date.now() - 3_600_000).toISOString();
  for (const each of TESTED) await release.run({ test: each, startedAt });
  await release.audit({}, { at: startedAt });
  // From the project's own folder, where its modules are.
  platform = spawn(
    process.execPath,
    ['dist/node/platform.mjs', '--port', '0', '--follow-stdin', '--switch', 'chunks=500'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const [line] = (await platform.stdout!.take(1).toArray()) as Buffer[];
  url = (JSON.parse(String(line)) as { url: string }).url;
});
after(async () => {
  platform.kill();
  await release.remove();
});

function launchgate(...args: string[]) {
  const { PATH = '', HOME = '', LAUNCHGATE_K6 = '' } = process.env;
  const env = { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null', LAUNCHGATE_PRODUCTION: new URL(url).host };
  const program = join(release.root, 'dist/node/launchgate.mjs');
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((done) => {
    const child = execFile(process.execPath, [program, ...args], { cwd: release.root, env }, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

interface Shown {
  id: string;
  kind: string;
  state: string;
  source: string;
}

async function shown(): Promise<Map<string, Shown>> {
  const { lines } = JSON.parse((await launchgate('checklist', '--json')).stdout) as { lines: Shown[] };
  return new Map(lines.map((line) => [line.id, line]));
}

test('from GO to the end of the second watch, and the checklist reads it', async () => {
  const asked = [...(await shown()).values()].filter(
    ({ kind, state }) => kind === 'person' && state === 'waiting for a person',
  );
  const attested = await launchgate('attest', ...asked.map(({ id }) => id), '--by', 'Ada', '--note', 'rehearsal');
  assert.equal(attested.exitCode, 0, attested.stderr);
  const go = await launchgate('signoff');
  assert.equal(go.exitCode, 0, go.stdout);

  const live = await launchgate('golive', '--base-url', url, '--first-watch', '20s', '--second-watch', '40s');
  assert.equal(live.exitCode, 0, live.stdout + live.stderr);
  assert.match(live.stdout, /\nQuick test: pass, quick\/\S+\n/);
  assert.match(live.stdout, /\nSecond watch: Well: no alert fired in 0:40/);

  const lines = await shown();
  for (const id of ['day.health', 'day.quick']) {
    assert.deepEqual([lines.get(id)!.state, lines.get(id)!.source.split('/')[0]], ['passed', 'golive']);
  }
  assert.deepEqual(
    [lines.get('monitoring.live')!.state, lines.get('monitoring.live')!.source.split('/')[0]],
    ['passed', 'watch'],
  );
  // Forty seconds are no hour: what a person has said of it stands.
  assert.equal(lines.get('day.watch')!.source, 'Ada');
});
