import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { decide } from '../../gate/release/decision.ts';
import { keepLaunchRecord } from '../../gate/release/launch-records.ts';
import { appendToLedger, type NewEntry } from '../../gate/release/ledger.ts';
import { readStanding } from '../../gate/release/standing.ts';
import type { Subject } from '../../gate/release/subject.ts';
import type { LineState } from '../../src/wire/release-files.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { type MadeRelease, madeRelease, TESTED, TODAY } from './made-release.ts';

const EMBEDDED: Subject = { target: 'embedded', setup: 'recommended', revision: '' };
const STAGING: Subject = { target: 'staging.example.com', setup: '', revision: 'b2' };

let release: MadeRelease;
beforeEach(async () => {
  release = await madeRelease();
});
afterEach(() => release.remove());

async function standing(subject = EMBEDDED, now = '2026-03-16T12:00:00.000Z', production: string[] = []) {
  const { root, results, ledger } = release;
  const places = { root, results, baselines: join(root, 'baselines'), ledger, production };
  const read = await readStanding({ ...places, subject, maxAgeDays: 14, now: new Date(now) });
  assert.ok(read.ok, read.ok ? '' : read.problems.join('\n'));
  const { states, gathered } = read.standing;
  const of = (id: string) => states.find((line) => line.id === id)!;
  const { decision, reasons } = decide(states, gathered.ledger.problems);
  return { states, of, decision, reasons };
}

async function allGood(): Promise<void> {
  for (const test of TESTED) await release.run({ test });
  await release.audit();
}

function answers(lines: readonly string[], changes: Partial<NewEntry> = {}): NewEntry[] {
  return lines.map((line) => {
    const entry = { kind: 'answer', answer: 'yes', line, by: 'Ada', at: TODAY, note: '', ...EMBEDDED, ...changes };
    return entry as NewEntry;
  });
}

/** What persons must answer before the launch. */
function asked(states: readonly LineState[]): string[] {
  return states
    .filter(({ kind, severity, due }) => kind === 'person' && severity === 'must' && due === 'before')
    .map(({ id }) => id);
}

describe('the state of a line', () => {
  test('is not measured as long as nothing was run, and says what to run', async () => {
    const { of } = await standing();
    const { state, figure, next } = of('criteria.chat-p95');
    assert.deepEqual([state, figure, next], ['not measured', 'chat: it was never run', './launchgate run chat']);
    assert.equal(of('costs.budget').state, 'waiting for a person');
  });

  test('carries figure, run and time of its evidence', async () => {
    const name = await release.run({ test: 'chat' });
    const { of } = await standing();
    const { state, figure, source, at, next } = of('criteria.chat-p95');
    assert.deepEqual([state, source, at, next], ['passed', `chat/${name}`, TODAY, '']);
    assert.match(figure, /^2\.7 s in (normal|peak|stress) \(p95 < 5 s\)$/);
  });

  test('fails by its own criterion alone', async () => {
    await release.run({ test: 'chat', broken: ['chat.p99'] });
    const { of } = await standing();
    assert.equal(of('criteria.chat-p99').state, 'failed');
    assert.equal(of('criteria.chat-p95').state, 'passed');
    assert.equal(of('fixes.validated').state, 'failed');
    assert.equal(of('tests.chat').state, 'passed');
  });

  test('is judged by signals, too', async () => {
    await release.run({ test: 'database', broken: ['database.cache-hits'] });
    const { of } = await standing();
    assert.deepEqual(of('criteria.cache').figure, '20 % in normal (> 60 %)');
    assert.equal(of('criteria.cache').state, 'failed');
  });

  for (const [what, made, why] of [
    ['a smoke run', { profile: 'smoke' }, /is smoke, which proves nothing/],
    ['a gate run', { profile: 'gate' }, /is gate, which proves nothing/],
    ['fewer users', { users: 500 }, /had 500 of 1000 users/],
    ['an interrupted run', { run: { interrupted: true } }, /was interrupted/],
  ] as const) {
    test(`takes ${what} for no evidence`, async () => {
      await release.run({ test: 'chat', ...made });
      const { state, figure } = (await standing()).of('criteria.chat-p95');
      assert.equal(state, 'not measured');
      assert.match(figure, why);
    });
  }

  test('is invalid when the generator was at fault, unless an older run stands', async () => {
    const invalid = { k6: { exitCode: 109, signal: null, binary: 'k6', errors: [] } };
    await release.run({ test: 'chat', run: invalid });
    assert.equal((await standing()).of('criteria.chat-p95').state, 'invalid');
    await release.run({ test: 'chat', startedAt: '2026-03-14T12:00:00.000Z' });
    assert.equal((await standing()).of('criteria.chat-p95').state, 'passed');
  });

  test('is stale after fourteen days', async () => {
    await release.run({ test: 'chat' });
    assert.equal((await standing(EMBEDDED, '2026-03-29T11:00:00.000Z')).of('criteria.chat-p95').state, 'passed');
    const { state, figure } = (await standing(EMBEDDED, '2026-03-29T13:00:00.000Z')).of('criteria.chat-p95');
    assert.deepEqual([state, figure], ['stale', 'it is 14 days old, and may be 14']);
  });

  test('is stale when it is dated in the future, however long one waits for that', async () => {
    await release.run({ test: 'chat', startedAt: '2026-05-01T12:00:00.000Z' });
    const { state, figure } = (await standing()).of('criteria.chat-p95');
    assert.deepEqual([state, figure], ['stale', 'it is dated 2026-05-01, which is yet to come']);
  });

  test('is stale for another revision of the target, and not measured for another target', async () => {
    const configuration = { target: 'staging.example.com', setup: '' };
    const name = await release.run({ test: 'chat', revision: 'a1' });
    const path = join(release.results, 'chat', name, 'run.json');
    const run = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...run, configuration: { ...run.configuration, ...configuration } }));
    const { state, figure } = (await standing(STAGING)).of('criteria.chat-p95');
    assert.deepEqual([state, figure], ['stale', 'it is of revision a1']);
    assert.equal((await standing({ ...STAGING, revision: 'a1' })).of('criteria.chat-p95').state, 'passed');
    const elsewhere = (await standing()).of('criteria.chat-p95');
    assert.equal(elsewhere.state, 'not measured');
    assert.match(elsewhere.figure, /is of staging\.example\.com$/);
  });

  test('is of no mixture of revisions, because the newest run did not know its own', async () => {
    const healthy = {
      ...{ profile: 'standard', pace: 1, repeatQuestions: 0, seed: 1, processingSpeedup: 60 },
    } as const;
    const of = (users: number) => ({
      configuration: { ...healthy, target: 'staging.example.com', setup: '', users, k6Version: '2.2.0', generators: 1 },
    });
    await release.run({ test: 'chat', revision: 'a1', run: of(1_000) });
    await release.run({ test: 'quick', startedAt: '2026-03-15T13:00:00.000Z', run: of(10) });
    const { state, figure } = (await standing({ ...STAGING, revision: '' })).of('tests.quick');
    assert.deepEqual([state, figure], ['stale', 'it is of an unknown revision']);
  });

  test('never rests on a verdict that does not follow from its facts', async () => {
    await release.run({
      test: 'chat',
      broken: ['chat.p95'],
      edit(verdict) {
        verdict.outcome = 'pass';
        for (const criterion of verdict.criteria) criterion.outcome = 'pass';
      },
    });
    const { of, decision } = await standing();
    assert.deepEqual(
      [of('criteria.chat-p95').state, of('criteria.chat-p95').figure],
      ['invalid', 'its facts are judged fail, and verdict.json says pass'],
    );
    assert.equal(decision, 'INVALID EVIDENCE');
  });

  test('never rests on facts that were changed after they were judged', async () => {
    const name = await release.run({ test: 'chat', broken: ['chat.p95'] });
    const path = join(release.results, 'chat', name, 'summary.json');
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('"over":400', '"over":0'));
    const { state, figure } = (await standing()).of('criteria.chat-p95');
    assert.deepEqual([state, figure], ['invalid', 'its facts are judged pass, and verdict.json says fail']);
  });

  for (const [what, judgedBy] of [
    ['by other criteria', 'of a launchgate whose limits were others'],
    ['before verdicts said by which criteria', undefined],
  ]) {
    test(`is stale, and nobody is accused, when the run was judged ${what}`, async () => {
      await release.run({
        test: 'chat',
        edit(verdict) {
          if (judgedBy) verdict.judgedBy = judgedBy;
          else delete verdict.judgedBy;
          const p95 = verdict.criteria.find(({ criterion }) => criterion === 'chat.p95')!;
          p95.limit = 4_000;
        },
      });
      const { of, decision } = await standing();
      const { state, figure, next } = of('criteria.chat-p95');
      assert.deepEqual(
        [state, figure, next],
        ['stale', 'it was judged by other criteria than apply today: run it again', './launchgate run chat'],
      );
      assert.equal(decision, 'NO-GO');
    });
  }

  test('follows the audit, and asks a person where it could not look', async () => {
    await release.audit({
      connections: { outcome: 'found', title: 'Connections', seen: '15 connections.' },
      'cache-fresh': { outcome: 'not seen', title: 'Invalidation', seen: 'it writes nothing here.' },
    });
    const { of } = await standing();
    assert.deepEqual(
      [of('database.tier').state, of('database.tier').figure],
      ['failed', 'Connections: 15 connections'],
    );
    const { state, figure, next } = of('cache.invalidation');
    assert.deepEqual(
      [state, figure, next],
      ['waiting for a person', 'Invalidation: it writes nothing here', './launchgate attest cache.invalidation'],
    );
    await appendToLedger(release.ledger, answers(['cache.invalidation'], { note: 'tried by hand' }));
    const then = (await standing()).of('cache.invalidation');
    assert.deepEqual([then.state, then.source, then.figure], ['passed', 'Ada', 'yes: tried by hand']);
  });

  test('takes nobody’s word against what the audit found', async () => {
    await release.audit({ connections: { outcome: 'found' } });
    await appendToLedger(release.ledger, answers(['database.tier']));
    assert.equal((await standing()).of('database.tier').state, 'failed');
  });

  test('knows a diagnosis beside its run, and a capacity that was searched for', async () => {
    const name = await release.run({ test: 'chat' });
    const before = await standing();
    assert.equal(before.of('analysis.bottlenecks').state, 'not measured');
    assert.equal(before.of('quarterly.capacity').state, 'not measured');
    await writeFile(join(release.results, 'chat', name, 'diagnosis.json'), '{"schema":1}');
    const capacity = { schema: 1, target: 'embedded', setup: 'recommended', startedAt: TODAY, low: 1_000, high: null };
    const path = join(release.results, 'chat', 'capacity-2026-03-15T12-00-00Z.json');
    await writeFile(path, JSON.stringify(capacity));
    const { of } = await standing();
    assert.equal(of('analysis.bottlenecks').state, 'passed');
    assert.deepEqual(
      [of('quarterly.capacity').state, of('quarterly.capacity').figure],
      ['passed', '1,000 users or more'],
    );
  });

  test('takes a comparison with the baseline from a gate run, too', async () => {
    await release.run({ test: 'chat' });
    assert.equal((await standing()).of('validation.compared').state, 'not measured');
    const name = await release.run({ test: 'chat', profile: 'gate', startedAt: '2026-03-15T13:00:00.000Z' });
    const folder = join(release.results, 'chat', name);
    const { configuration, windows } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
    const comparison = {
      ...{ schema: 1, test: 'chat', oldRuns: 5, newRuns: 1, verdict: 'regressed', changes: [], missing: [] },
      ...{ comparedAt: TODAY, configuration, windows, old: [], new: [] },
    };
    await writeFile(join(folder, 'comparison.json'), JSON.stringify(comparison));
    const { state, source } = (await standing()).of('validation.compared');
    assert.deepEqual([state, source], ['failed', `chat/${name}`]);
  });

  test('says what the fixes changed, by the first run on another setup', async () => {
    await release.run({ test: 'database' });
    await release.run({ test: 'chat' });
    assert.equal((await standing()).of('validation.improved').state, 'not measured');
    const then = { setup: 'free', startedAt: '2026-03-14T12:00:00.000Z' };
    await release.run({ test: 'database', ...then });
    const name = await release.run({ test: 'chat', broken: ['chat.p95', 'chat.connections'], ...then });
    const { state, figure } = (await standing()).of('validation.improved');
    assert.deepEqual([state, figure], ['passed', `6 of 6 promises that were broken in ${name} are kept now`]);
  });

  test('fails when a fix broke what was kept before', async () => {
    await release.run({ test: 'database' });
    await release.run({ test: 'chat', broken: ['chat.p99'] });
    for (const test of ['chat', 'database'] as const) {
      await release.run({ test, setup: 'free', startedAt: '2026-03-14T12:00:00.000Z' });
    }
    const { state, figure } = (await standing()).of('validation.improved');
    assert.equal(state, 'failed');
    assert.match(figure, /^.+ in normal \(p99 < 10 s\)(: .+)?, and it was 4\.2 s$/);
  });

  test('fails when something is broken with the fixes that was not known to be before them', async () => {
    const tooSeldomRead = { source: 'metrics', everyMs: 1_000, looks: 100, failed: 0, problem: '' } as const;
    await release.run({ test: 'database' });
    await release.run({ test: 'chat', broken: ['chat.connections'] });
    const then = { setup: 'free', startedAt: '2026-03-14T12:00:00.000Z' };
    await release.run({ test: 'database', ...then });
    await release.run({ test: 'chat', run: { signalSources: [tooSeldomRead] }, ...then });
    const { state, figure } = (await standing()).of('validation.improved');
    assert.equal(state, 'failed', figure);
    assert.match(figure, /, and it was 40 %$/);
  });

  test('knows what a setup costs and carries, once that was searched for', async () => {
    assert.equal(
      (await standing()).of('costs.free').figure,
      '$0 a month; nobody has measured how many users it carries',
    );
    const capacity = {
      ...{ schema: 1, test: 'chat', target: 'embedded', setup: 'free', startedAt: TODAY, low: 8, high: 12 },
      ...{ binding: '', headroom: [] },
    };
    await release.run({ test: 'chat' });
    await writeFile(join(release.results, 'chat', 'capacity-2026-03-15T12-00-00Z.json'), JSON.stringify(capacity));
    const { state, figure, source } = (await standing()).of('costs.free');
    assert.deepEqual(
      [state, figure, source],
      ['passed', '$0 a month, 8 to 12 users in the chat', 'chat/capacity-2026-03-15T12-00-00Z.json'],
    );
    await writeFile(
      join(release.results, 'chat', 'capacity-2026-03-15T13-00-00Z.json'),
      JSON.stringify({ ...capacity, startedAt: '2026-03-15T13:00:00.000Z', low: 0, high: null }),
    );
    assert.equal((await standing()).of('costs.free').state, 'not measured');
    await release.run({ test: 'mixed' });
    const { figure: carried } = (await standing()).of('costs.recommended');
    assert.equal(carried, '$205 a month, 1,000 users');
  });

  describe('on launch day', () => {
    const LIVE = 'www.example.com';
    const watched = (changes: Partial<WatchFile> = {}): WatchFile => ({
      ...{ schema: 1, target: LIVE, startedAt: TODAY, endedAt: '2026-03-15T13:00:00.000Z', plannedMs: 3_600_000 },
      ...{ interrupted: false, outcome: 'well', reasons: [], alerts: [], notMeasured: [], sources: [], notes: [] },
      ...{ stretchMs: 300_000, stretches: [] },
      signals: [{ signal: 'healthy', readings: 700, low: 1, mean: 1, high: 1, limitText: '>= 1' }],
      ...changes,
    });
    const stateOf = async (id: string, production = [LIVE], subject = EMBEDDED) => {
      const { state, figure } = (await standing(subject, '2026-03-16T12:00:00.000Z', production)).of(id);
      return [state, figure];
    };

    test('is asked of a person until it was watched', async () => {
      assert.deepEqual(await stateOf('day.watch'), ['waiting for a person', 'nobody has answered yet']);
      await keepLaunchRecord(release.results, 'watch', watched());
      assert.deepEqual(await stateOf('day.watch'), ['passed', 'no alert in 1 h of www.example.com']);
      assert.deepEqual(await stateOf('monitoring.live'), [
        'passed',
        'signals with a limit seen in 1 h of www.example.com: 1',
      ]);
      // An hour is no day.
      assert.deepEqual(await stateOf('after.watch'), ['waiting for a person', 'nobody has answered yet']);
    });

    test('takes no watch of another platform, of another revision, or of less time', async () => {
      await keepLaunchRecord(release.results, 'watch', watched({ revision: 'a1' }));
      assert.equal((await stateOf('day.watch', ['shop.example.com']))[0], 'waiting for a person');
      assert.deepEqual(await stateOf('day.watch', [LIVE], STAGING), ['stale', 'it is of revision a1']);
      await keepLaunchRecord(release.results, 'watch', watched({ endedAt: '2026-03-15T12:59:00.000Z' }));
      assert.equal((await stateOf('day.watch'))[0], 'waiting for a person');
    });

    test('fails by an alert, whatever anybody says', async () => {
      const alert = {
        alert: 'slow',
        signal: 'chat_p95_ms',
        severity: 'page',
        text: '7 s of 5 s',
        firedAt: TODAY,
      } as const;
      await keepLaunchRecord(
        release.results,
        'watch',
        watched({ outcome: 'alerts', alerts: [{ ...alert, resolvedAt: null }] }),
      );
      await appendToLedger(release.ledger, answers(['day.watch']));
      assert.deepEqual(await stateOf('day.watch'), ['failed', 'alerts in 1 h of www.example.com: 7 s of 5 s']);
    });

    test('follows what golive has done', async () => {
      const of = { schema: 1, target: LIVE, revision: '', startedAt: TODAY, signoff: 'abc' } as const;
      const entry = { step: 'health', outcome: 'done', at: TODAY, text: 'It says that it is well.' } as const;
      await keepLaunchRecord(release.results, 'golive', {
        ...of,
        entries: [entry, { ...entry, step: 'quick', outcome: 'failed', text: '2 % failed' }],
      });
      assert.deepEqual(await stateOf('day.health'), ['passed', 'It says that it is well.']);
      assert.deepEqual(await stateOf('day.quick'), ['failed', '2 % failed']);
      assert.equal((await stateOf('day.code'))[0], 'waiting for a person');
    });
  });

  test('takes a run that held something else for no evidence', async () => {
    const windows = [{ phase: 'normal' as const, users: 1_000, fromMs: 0, toMs: 60_000 }];
    await release.run({ test: 'chat', run: { windows } });
    const { state, figure } = (await standing()).of('criteria.chat-p95');
    assert.equal(state, 'not measured');
    assert.match(figure, /did not hold what src\/workloads\.ts says$/);
  });

  test('is not applicable for the reason that the file gives', async () => {
    const path = join(release.root, 'checklist.yaml');
    const text = await readFile(path, 'utf8');
    const reason = 'notApplicable: we process no videos';
    await writeFile(path, text.replace('id: processing.workers', `id: processing.workers\n        ${reason}`));
    const { state, figure } = (await standing()).of('processing.workers');
    assert.deepEqual([state, figure], ['not applicable', 'we process no videos']);
    assert.equal((await standing()).of('fixes.workers').state, 'passed');
  });
});

describe('the decision', () => {
  test('is NO-GO before anything was run, with every line that has no evidence as its reason, once', async () => {
    const { decision, reasons, states } = await standing();
    assert.equal(decision, 'NO-GO');
    const binding = states.filter(
      ({ severity, due, state }) => severity === 'must' && due === 'before' && state !== 'waiting for a person',
    );
    const resting = binding.filter(({ figure }) => binding.some(({ id }) => figure.startsWith(`${id}: `)));
    assert.ok(resting.length > 0);
    assert.equal(reasons.length, binding.length - resting.length);
  });

  test('is GO BUT FOR PEOPLE when all that is measured passes, and GO once they have answered', async () => {
    await allGood();
    const first = await standing();
    assert.deepEqual(
      [first.decision, first.reasons.filter((reason) => !reason.includes('is waiting'))],
      ['GO BUT FOR PEOPLE', []],
    );
    await appendToLedger(release.ledger, answers(asked(first.states)));
    const then = await standing();
    assert.equal(then.decision, 'GO', then.reasons.join('\n'));
  });

  test('is NO-GO when one of them says no', async () => {
    await allGood();
    await appendToLedger(release.ledger, answers(asked((await standing()).states)));
    await appendToLedger(release.ledger, answers(['leadership.risks'], { answer: 'no', note: 'no second region' }));
    const { decision, reasons } = await standing();
    assert.deepEqual([decision, reasons], ['NO-GO', ['leadership.risks failed: no: no second region.']]);
  });

  test('a business figure that can’t be known yet keeps nobody', async () => {
    await allGood();
    await appendToLedger(release.ledger, answers(asked((await standing()).states)));
    await appendToLedger(release.ledger, answers(['business.uptime'], { answer: 'not-yet' }));
    const { decision, of } = await standing();
    assert.deepEqual([decision, of('business.uptime').state], ['GO', 'not yet']);
  });

  test('is CONDITIONAL GO under a waiver, until the day that it ends', async () => {
    await allGood();
    await release.audit({ 'processing-workers': { outcome: 'found', seen: '8 workers.' } });
    await appendToLedger(release.ledger, answers(asked((await standing()).states)));
    assert.equal((await standing()).decision, 'NO-GO');
    const waiver = {
      kind: 'waiver',
      line: 'processing.workers',
      by: 'Grace',
      note: 'few uploads in March',
      until: '2026-03-20',
    };
    await appendToLedger(release.ledger, [{ ...waiver, at: TODAY, ...EMBEDDED } as NewEntry]);
    const { decision, reasons } = await standing();
    assert.deepEqual(
      [decision, reasons],
      ['CONDITIONAL GO', ['processing.workers (failed) is waived by Grace until 2026-03-20: few uploads in March.']],
    );
    assert.equal((await standing(EMBEDDED, '2026-03-21T00:00:00.000Z')).decision, 'NO-GO');
  });

  test('is INVALID EVIDENCE when an answer was changed afterwards', async () => {
    await allGood();
    await appendToLedger(release.ledger, answers(asked((await standing()).states)));
    const path = join(release.root, 'attestations.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"by":"Ada"', '"by":"Bob"'));
    const { decision, reasons } = await standing();
    assert.equal(decision, 'INVALID EVIDENCE');
    assert.match(reasons[0]!, /^attestations\.jsonl line 2 does not follow the line before it/);
  });
});
