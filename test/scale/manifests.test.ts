import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { SETTINGS } from '../../src/wire/settings.ts';
import { TEST_NAMES } from '../../src/workloads.ts';
import { type TestRun, testRun } from './testrun-schema.ts';

const DEPLOY = 'deploy/k6-operator';
const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const skip = kubectl ? false : 'kubectl is not here';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-kubernetes-'));
});
after(() => rm(root, { recursive: true }));

function documents(text: string): Record<string, unknown>[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);
}

/** What kubectl would apply. */
function rendered(folder: string): Record<string, unknown>[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return documents(stdout);
}

/** The one TestRun, held against the schema. */
function testRunIn(manifests: Record<string, unknown>[]): TestRun {
  const [manifest, second] = manifests.filter(({ kind }) => kind === 'TestRun');
  assert.equal(second, undefined);
  return testRun.parse(manifest);
}

async function overlays(): Promise<string[]> {
  return readdir(join(DEPLOY, 'tests'));
}

test('Every test has its manifests', async () => {
  const there = await overlays();
  assert.deepEqual(
    TEST_NAMES.filter((name) => !there.includes(name)),
    [],
  );
});

test('The base keeps to the fields of the operator’s documentation', async () => {
  const spec = testRunIn(documents(await readFile(join(DEPLOY, 'base/testrun.yaml'), 'utf8')));
  const own = spec.spec.runner.env
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('K6_') && name !== 'POD_NAME');
  const known = SETTINGS.map(({ name }) => name as string);
  assert.deepEqual(
    own.filter((name) => !known.includes(name)),
    [],
    'a setting that launchgate does not have',
  );
});

test('The schema refuses a misspelt field, a script in two places and an image without version', async () => {
  const text = await readFile(join(DEPLOY, 'base/testrun.yaml'), 'utf8');
  for (const [right, wrong] of [
    ['parallelism:', 'paralellism:'],
    ['    configMap:\n', '    volumeClaim: { name: a, file: b, readOnly: true }\n    configMap:\n'],
    ['grafana/k6:2.2.0', 'grafana/k6:latest'],
    ['cpu: 500m', 'cpu: 500 m'],
  ] as const) {
    assert.ok(text.includes(right));
    assert.throws(() => testRunIn(documents(text.replace(right, wrong))), wrong);
  }
});

test('Each test’s manifests are valid, named after it, and its pods write where they are looked for', {
  skip,
}, async () => {
  for (const name of await overlays()) {
    const manifest = testRunIn(rendered(join(DEPLOY, 'tests', name)));
    assert.equal(manifest.metadata.name, `launchgate-${name}`);
    const { runner, arguments: given } = manifest.spec;
    const folder = '/results/$(LAUNCHGATE_RUN_ID)/$(POD_NAME)';
    assert.ok(given.includes(`--out csv=${folder}/samples.csv.gz`));
    const names = runner.env.map((variable) => variable.name);
    const summary = runner.env.find((variable) => variable.name === 'LAUNCHGATE_SUMMARY')!;
    assert.equal(summary.value, `${folder}/summary.json`);
    // Kubernetes fills in only what stands above.
    for (const used of ['POD_NAME', 'LAUNCHGATE_RUN_ID']) {
      assert.ok(names.indexOf(used) >= 0 && names.indexOf(used) < names.indexOf('LAUNCHGATE_SUMMARY'), used);
    }
    assert.match(runner.initContainers[0]!.command.at(-1)!, /^mkdir -p "\/results\/\$LAUNCHGATE_RUN_ID\/\$POD_NAME"$/);
  }
});

test('Prometheus and the volume are added to any test, and change nothing else', { skip }, async () => {
  const plain = testRunIn(rendered(join(DEPLOY, 'tests/chat')));
  const deploy = join(root, 'components');
  await cp(DEPLOY, deploy, { recursive: true });
  const withComponent = async (component: string) => {
    const folder = join(deploy, component);
    await mkdir(folder);
    const kustomization = { resources: ['../tests/chat'], components: [`../components/${component}`] };
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    return testRunIn(rendered(folder));
  };
  const prometheus = await withComponent('prometheus');
  assert.equal(prometheus.spec.arguments, `${plain.spec.arguments} --out experimental-prometheus-rw`);
  assert.deepEqual(prometheus.spec.runner.env.slice(0, plain.spec.runner.env.length), plain.spec.runner.env);
  assert.deepEqual({ ...prometheus.spec, arguments: '', runner: '' }, { ...plain.spec, arguments: '', runner: '' });
  const volume = await withComponent('volume');
  assert.deepEqual(volume.spec.script, {
    volumeClaim: { name: 'launchgate-results', file: 'archives/test.tar', readOnly: true },
  });
  assert.deepEqual({ ...volume.spec, script: '' }, { ...plain.spec, script: '' });
});

/** A project in which launchgate and kubectl only note what they were asked, and answer as they are told. */
async function stage(name: string, env: Record<string, string> = {}) {
  const folder = join(root, name);
  await cp(DEPLOY, join(folder, DEPLOY), { recursive: true });
  await mkdir(join(folder, 'bin'));
  const script = async (path: string, text: string) => {
    await writeFile(join(folder, path), `#!/bin/sh\necho "${path.replace('bin/', '')} $*" >>"$CALLS"\n${text}`);
    await chmod(join(folder, path), 0o755);
  };
  await script(
    'launchgate',
    `case "$1" in archive) head -c "\${ARCHIVE_BYTES:-10}" /dev/zero >"$4" ;; merge) exit "\${MERGE_ENDS:-0}" ;; esac\n`,
  );
  await script('bin/sleep', '');
  await script(
    'bin/kubectl',
    `case "$1 $2" in
      kustomize*) echo '  parallelism: 4' ;;
      'get testrun')
        asked=$(grep -c '^kubectl get testrun' "$CALLS")
        sed -n "\${asked}p" "$STAGES_FILE" | tr -d '\\n' ;;
      cp*) case "$2" in launchgate-files:*) mkdir -p "$3/pod-1" "$3/pod-2" ;; esac ;;
      apply*) case "$*" in *--server-side*) cat "\${4}/kustomization.yaml" >"$APPLIED" ;; esac ;;
    esac\n`,
  );
  const calls = join(folder, 'calls');
  const applied = join(folder, 'applied');
  await writeFile(join(folder, 'stages'), 'initialization\nstarted\nfinished\n');
  const run = (...args: string[]) =>
    spawnSync(join(folder, DEPLOY, 'run.sh'), args, {
      encoding: 'utf8',
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        ...{ CALLS: calls, APPLIED: applied, STAGES_FILE: join(folder, 'stages'), ...env },
      },
    });
  return { folder, run, calls: () => readFile(calls, 'utf8'), applied: () => readFile(applied, 'utf8') };
}

test('run.sh archives, applies, waits, fetches and merges, in this order; its code is the verdict’s', async () => {
  const { folder, run, calls, applied } = await stage('order', { MERGE_ENDS: '99' });
  const { status, stderr } = run('chat', '2');
  assert.equal(status, 99, stderr);
  const words = (await calls()).split('\n').map((line) => line.split(' ').slice(0, 2).join(' '));
  const inOrder = [
    ...['launchgate archive', 'kubectl apply', 'kubectl wait', 'kubectl apply', 'kubectl get', 'kubectl cp'],
    ...['launchgate merge', 'kubectl delete'],
  ];
  let at = -1;
  for (const word of inOrder) {
    at = words.indexOf(word, at + 1);
    assert.ok(at >= 0, `${word} is missing or too early:\n${words.join('\n')}`);
  }
  assert.match(await calls(), /launchgate merge \S+\/pod-1 \S+\/pod-2 --k6-version 2\.2\.0/);
  assert.match(await applied(), /"path": "\/spec\/parallelism", "value": 2 /);
  assert.match(await applied(), /generators=2\n/);
  assert.match(await applied(), /name: launchgate-archive\n {4}files:\n {6}- test\.tar/);
  assert.doesNotMatch(await applied(), /components/);
  // What was made for this run is gone.
  assert.deepEqual(
    (await readdir(join(folder, DEPLOY))).filter((name) => name.startsWith('.run')),
    [],
  );
});

test('run.sh takes as many pods as the test’s manifests say, and the volume when the archive is large', async () => {
  const { run, calls, applied } = await stage('large', {
    ARCHIVE_BYTES: '1000001',
    PROMETHEUS_RW_URL: 'http://prometheus',
  });
  assert.equal(run('chat').status, 0);
  assert.match(await applied(), /generators=4/);
  assert.match(await applied(), /components:\n {2}- \.\.\/components\/prometheus\n {2}- \.\.\/components\/volume\n/);
  assert.doesNotMatch(await applied(), /launchgate-archive/);
  assert.match(await calls(), /kubectl cp \S+test\.tar launchgate-files:\/results\/archives\/test\.tar/);
});

test('run.sh says when the operator could not run it, and clears up all the same', async () => {
  const { folder, run, calls } = await stage('error');
  await writeFile(join(folder, 'stages'), 'initialization\nerror\n');
  const { status, stderr } = run('chat');
  assert.equal(status, 4);
  assert.match(stderr, /The operator could not run it/);
  assert.match(await calls(), /kubectl delete -k/);
  assert.doesNotMatch(await calls(), /launchgate merge/);
});

test('run.sh without a test that exists names those that do', async () => {
  const { run } = await stage('usage');
  const { status, stderr } = run('chatt');
  assert.equal(status, 2);
  assert.match(stderr, /^Which test\? There are: auth chat /);
});
