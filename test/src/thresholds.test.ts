import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CRITERIA,
  type Criterion,
  type Gate,
  gatesOf,
  k6MetricsOf,
  k6Thresholds,
  k6ThresholdsOf,
  subjectOf,
  throughputFloor,
} from '../../src/thresholds.ts';
import { TIERS } from '../../src/wire/fixtures.ts';
import { type Phase, phasesOf, TEST_NAMES, type TestName, WORKLOADS } from '../../src/workloads.ts';

function criterion(id: string): Criterion {
  return CRITERIA.find((each) => each.id === id) ?? assert.fail(id);
}

const thresholds = (id: string, phase: Gate['phase'], name: TestName) =>
  k6ThresholdsOf({ criterion: criterion(id), phase }, phasesOf(name, 'standard'), 1).map(
    ({ metric, expression }) => `${metric} ${expression}`,
  );

test('every criterion has a name of its own, which begins with its test', () => {
  assert.equal(new Set(CRITERIA.map(({ id }) => id)).size, CRITERIA.length);
  for (const { id, test: name } of CRITERIA) assert.ok(id.startsWith(`${name}.`), id);
});

test('every test promises something, and something that must hold', () => {
  for (const name of TEST_NAMES) {
    assert.ok(
      CRITERIA.some((each) => each.test === name && each.severity === 'must'),
      name,
    );
  }
});

test('a phase that a criterion speaks of is held in one of the test’s profiles, or is its part of normal load', () => {
  for (const { id, test: name, phases } of CRITERIA) {
    const profiles: readonly (readonly Phase[])[] = Object.values(WORKLOADS[name].profiles);
    const held = profiles.flat().map((phase) => phase.name as string);
    for (const phase of phases) assert.ok([...held, ...TIERS, 'run', 'normal'].includes(phase), `${id} in ${phase}`);
  }
});

test('all of the checklist’s success criteria that a load test can measure are promised', () => {
  const sources = CRITERIA.map(({ source }) => source);
  for (const metric of [
    'Max Concurrent Users',
    'Chat API p95',
    'Chat API p99',
    'Error Rate (Normal Load)',
    'Error Rate (Peak Load)',
    'DB Connection Usage',
    'Processing Queue Depth',
    'Cache Hit Rate',
    'Video Processing Rate',
  ]) {
    assert.ok(sources.includes(`Success Criteria: ${metric}`), metric);
  }
});

test('smoke is held to the promises of normal load that a few users can show', () => {
  const judged = gatesOf('video', phasesOf('video', 'smoke')).map(({ criterion: { id }, phase }) => `${id} ${phase}`);
  assert.deepEqual(judged, [
    'video.upload-url.p95 smoke',
    'video.upload-url.p99 smoke',
    'video.failures.normal smoke',
    'video.processing.failures run',
    'video.publishers.dropped run',
    'video.refusals run',
  ]);
});

test('gates come in the order of the schedule, then the whole run, then the tiers', () => {
  const phases = (id: string, name: TestName) =>
    gatesOf(name, phasesOf(name, 'standard'))
      .filter((gate) => gate.criterion.id === id)
      .map(({ phase }) => phase);
  assert.deepEqual(phases('auth.sign-in.p95', 'auth'), ['burst', 'normal', 'spike']);
  assert.deepEqual(phases('auth.dropped', 'auth'), ['run']);
  assert.deepEqual(phases('rate-limits.quota', 'rate-limits'), ['free']);
});

test('k6 is told a percentile as a share over the limit, guarded against nothing seen', () => {
  assert.deepEqual(thresholds('database.dashboards.p95', 'peak', 'database'), [
    'http_reqs{family:dashboards,phase:peak} count>0',
    'over_limit{criterion:database.dashboards.p95,phase:peak} rate<=0.05',
    'http_req_duration{expected_response:true,family:dashboards,phase:peak} p(95)<3000',
  ]);
});

test('a part of the server’s time needs no guard: a platform need not tell it', () => {
  assert.deepEqual(thresholds('database.vector.p99', 'peak', 'database'), [
    'over_limit{criterion:database.vector.p99,phase:peak} rate<=0.01',
    'server_vector_ms{phase:peak} p(99)<5000',
  ]);
});

test('what is judged over the run is counted over the run', () => {
  assert.deepEqual(thresholds('video.processing.failures', 'run', 'video'), [
    'http_reqs{name:GET /api/video/status/:id} count>0',
    'over_limit{criterion:video.processing.failures,phase:run} rate<0.02',
  ]);
  assert.deepEqual(k6MetricsOf({ criterion: criterion('auth.dropped'), phase: 'run' }), [
    'iterations{scenario:visitors}',
    'dropped_iterations{scenario:visitors}',
  ]);
});

test('the throughput of a scenario is its own: who publishes videos does not make up for who uploads them', () => {
  assert.deepEqual(thresholds('video.throughput', 'normal', 'video'), [
    'http_reqs{scenario:uploaders,name:POST /api/video/upload-url,phase:normal} count>0',
    // 20 users, one request in 4 s each, 90 s: 450, of which 90 %.
    'http_reqs{scenario:uploaders,name:POST /api/video/upload-url,phase:normal} count>=405',
  ]);
});

test('a comparison keeps both its ends, and k6 judges neither', () => {
  const gate: Gate = { criterion: criterion('spike.recovery'), phase: 'recovery' };
  assert.deepEqual(k6ThresholdsOf(gate, phasesOf('spike', 'standard'), 1), []);
  assert.deepEqual(k6MetricsOf(gate), [
    'http_req_duration{expected_response:true,name:POST /api/chat,phase:normal}',
    'http_req_duration{expected_response:true,name:POST /api/chat,phase:recovery}',
  ]);
});

test('no key of k6’s thresholds holds a comma in a value, which k6 could not read', () => {
  for (const name of TEST_NAMES) {
    const phases = phasesOf(name, 'full');
    for (const metric of Object.keys(k6Thresholds(gatesOf(name, phases), phases, 1))) {
      const selector = /\{(.*)\}$/.exec(metric)?.[1] ?? '';
      for (const pair of selector.split(',')) assert.match(pair, /^[a-z_]+:[^,{}"]+$/, metric);
    }
  }
});

test('the floor of a closed model is nine tenths of what its users plan', () => {
  const floor = (id: string, phase: Phase, pace = 1) => {
    const found = criterion(id);
    return found.stat === 'throughput' ? throughputFloor(found, phase, pace) : assert.fail(id);
  };
  const [, , stress] = phasesOf('chat', 'standard');
  // 1,000 / 18 s x 60 s x 0.9
  assert.equal(Math.round(floor('chat.throughput', stress!)), 3_000);
  assert.equal(Math.round(floor('chat.throughput', stress!, 2)), 6_000);
  const [, , peak] = phasesOf('database', 'standard');
  // 250 creators / 10 s x 75 s x 0.9
  assert.equal(floor('database.throughput', peak!), 1_687.5);
});

test('every criterion says in words what it speaks of', () => {
  assert.equal(subjectOf(criterion('auth.dropped')), 'arriving visitors');
  assert.equal(subjectOf(criterion('video.queue')), 'queue_depth');
  assert.equal(subjectOf(criterion('database.writes.p95')), 'writes');
});
