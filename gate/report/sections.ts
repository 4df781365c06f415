/** The sections of report.html that are tables and text. They are whole without JavaScript. */
import { STATUS_CODES } from 'node:http';
import { RAMP } from '../../src/behaviour.ts';
import type { CriterionVerdict, RunFile } from '../../src/wire/run-files.ts';
import type { RouteLatency, Timeline } from '../../src/wire/timeline.ts';
import { peakMemoryBytes } from '../judge/generator.ts';
import type { Evidence } from '../runs/folder/evidence.ts';
import { Latencies } from '../runs/samples/timeline-histogram.ts';
import { comparisonHeadline } from './comparison-headline.ts';
import type { Headline, Tone } from './headline.ts';
import { type Html, html } from './markup.ts';
import { bytes, clock, count, digits, duration, inUnit, percent, perSecond, plural, span } from './page/figures.ts';

/** Shapes that can be told apart without their colour. */
const ICONS: Record<Tone, string> = {
  pass: 'M10 1a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM5.8 10.4l2.9 2.9 5.6-6',
  fail: 'M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3zM7 7l6 6M13 7l-6 6',
  unsure: 'M10 .8 19.2 10 10 19.2.8 10zM8 8.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M10 13.6v.1',
  invalid: 'M10 1.5 19 18H1zM10 7.5v5M10 15v.1',
};

const TONES: Record<CriterionVerdict['outcome'], Tone> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'unsure',
  'not measured': 'invalid',
};

export function icon(tone: Tone): Html {
  return html`<svg class="icon ${tone}" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="${ICONS[tone]}"/></svg>`;
}

interface Column {
  title: string;
  /** Figures stand to the right and in line. */
  number?: true;
}

/** A table under its title, that can be scrolled sideways by itself and copied as CSV. */
export function table(
  id: string,
  title: string,
  columns: readonly Column[],
  rows: (Html | string)[][],
  level: 2 | 3 = 2,
): Html {
  const kind = (index: number) => columns[index]?.number && html` class="number"`;
  const heading = level === 2 ? html`<h2 id="${id}-title">${title}</h2>` : html`<h3 id="${id}-title">${title}</h3>`;
  return html`<div class="table-head">${heading}<button type="button" data-copy="${id}" hidden>Copy as CSV</button></div>
<div class="scroll" role="region" aria-labelledby="${id}-title" tabindex="0"><table id="${id}" aria-labelledby="${id}-title">
<thead><tr>${columns.map(({ title: column }, index) => html`<th scope="col"${kind(index)}>${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td${kind(index)}>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

export function missing(text: string): Html {
  return html`<p class="missing">${text}</p>`;
}

/** Badge, sentence and detail; then what speaks against taking the run as it is. */
export function verdictSection(evidence: Evidence, headline: Headline): Html {
  const { verdict, problems, run, comparison } = evidence;
  return html`<section class="verdict ${headline.tone}" aria-labelledby="verdict">
<p class="badge">${icon(headline.tone)}<span>${headline.word}</span></p>
<h1 id="verdict">${headline.sentence}</h1>
${headline.detail && html`<p class="detail">${headline.detail}</p>`}
${comparison && html`<p class="detail"><a href="comparison.html">Against the baseline</a>: ${comparison.verdict}. ${comparisonHeadline(comparison).sentence}</p>`}
${list('What speaks against this run', verdict?.reasons.map(({ text }) => text) ?? [])}
${list('Deviations from the contract, found before the load', run?.deviations ?? [])}
${list('Missing from this report', problems)}
</section>`;
}

function list(title: string, items: string[]): Html {
  if (items.length === 0) return html``;
  return html`<div class="notes"><h2>${title}</h2><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></div>`;
}

/** A few figures that say what kind of run this was. */
export function keyFigures({ run, summary, timeline, verdict }: Evidence): Html {
  const figures: [name: string, value: string, note: string][] = [];
  const holds = run?.windows ?? [];
  if (holds.length > 0) {
    const most = holds.reduce((a, b) => (b.users > a.users ? b : a));
    figures.push(['Users at once', count(most.users), `held for ${span((most.toMs - most.fromMs) / 1000)}`]);
  }
  const slowest = worst(verdict?.criteria ?? [], 'p95');
  if (slowest) {
    const { subject, phase, actual, unit, limitText } = slowest;
    figures.push([`${subject} p95`, inUnit(actual!, unit), `in ${phase}; ${limitText}`]);
  }
  const failures = worst(verdict?.criteria ?? [], 'failures');
  if (failures) figures.push(['Failures', percent(failures.actual!), `in ${failures.phase}; ${failures.limitText}`]);
  if (summary?.firstByteMs) {
    const { count: answers, med, p95 } = summary.firstByteMs;
    const note = `median of ${plural(answers, 'streamed answer', 'streamed answers')}; p95 ${duration(p95)}`;
    figures.push(['Time to first byte', duration(med), note]);
  }
  const requests = summary?.totals.requests ?? timeline?.cells.reduce((sum, cell) => sum + cell[3], 0);
  const seconds = summary ? summary.durationMs / 1000 : run && secondsBetween(run.startedAt, run.endedAt);
  if (requests !== undefined && seconds) {
    figures.push(['Requests', count(requests), `${perSecond(requests / seconds)} on average`]);
  }
  if (seconds) figures.push(['Duration', span(seconds), run ? `from ${run.startedAt.slice(11, 19)} UTC` : '']);
  if (figures.length === 0) return html``;
  return html`<dl class="figures">${figures.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd><b>${value}</b> <span>${note}</span></dd></div>`,
  )}</dl>`;
}

/** The criterion of this statistic that came closest to its limit, or went furthest beyond. */
function worst(criteria: CriterionVerdict[], stat: string): CriterionVerdict | undefined {
  const measured = criteria.filter((criterion) => criterion.stat === stat && criterion.actual !== null);
  return measured.sort((a, b) => b.actual! / b.limit - a.actual! / a.limit)[0];
}

const RANK: Record<CriterionVerdict['outcome'], number> = { fail: 0, inconclusive: 1, 'not measured': 2, pass: 3 };

export function criteriaSection({ verdict }: Evidence): Html {
  if (!verdict) return missing('No criteria: this run was not judged.');
  if (verdict.criteria.length === 0) return missing('No criteria: none applies to this test and profile.');
  const rows = [...verdict.criteria].sort((a, b) => RANK[a.outcome] - RANK[b.outcome]);
  const confidence = percent(verdict.confidence);
  return html`${table(
    'criteria',
    'Criteria',
    [
      { title: 'Outcome' },
      { title: 'Criterion' },
      { title: 'Phase' },
      { title: 'Limit' },
      { title: 'Measured', number: true },
      { title: 'Over the limit', number: true },
      { title: `Interval (${confidence})`, number: true },
      { title: 'Samples', number: true },
      { title: 'Note' },
    ],
    rows.map(criterionRow),
  )}
<p class="hint">“Over the limit” counts every sample that was slower than the limit or failed. The interval says where its true share lies,
each bound at ${confidence} confidence; a criterion passes only when the whole interval is inside what is allowed.</p>`;
}

function criterionRow(verdict: CriterionVerdict): (Html | string)[] {
  const { outcome, criterion, severity, subject, phase, limitText, actual, unit, over, seen, interval, needed, note } =
    verdict;
  const tone = TONES[outcome];
  return [
    html`<span class="outcome ${tone}">${icon(tone)} ${outcome}</span>`,
    html`<b>${criterion}</b>${severity === 'should' && html` <span class="tag">should</span>`}<br><span class="quiet">${subject}</span>`,
    phase,
    limitText,
    actual === null ? '–' : html`${inUnit(actual, unit)}${!failsByCount(verdict) && bar(actual, verdict.limit, tone)}`,
    over === null || seen === 0 ? '–' : `${percent(over / seen)} (${count(over)})`,
    interval === null ? '–' : `${percent(interval.low)} to ${percent(interval.high)}`,
    html`${count(seen)}${needed > 1 && html`<br><span class="quiet">needs ${count(needed)}</span>`}`,
    note,
  ];
}

/** Where too many failed, the answered ones may still be within their limit: a short bar would look like a pass. */
function failsByCount({ outcome, stat, actual, limit }: CriterionVerdict): boolean {
  return outcome === 'fail' && (stat === 'p95' || stat === 'p99') && actual !== null && actual < limit;
}

/** How far towards the limit: the tick is the limit, the bar ends at twice of it. */
function bar(actual: number, limit: number, tone: Tone): Html {
  const share = limit > 0 ? actual / limit : 0;
  const width = Math.min(100, share * 50);
  return html`<svg class="bar ${tone}" viewBox="0 0 100 12" width="80" height="10" role="img" aria-label="${percent(share)} of the limit"><rect class="track" width="100" height="4" y="4" rx="2"/><rect class="fill" width="${width.toFixed(1)}" height="4" y="4" rx="2"/><path class="tick" d="M50 0v12"/></svg>`;
}

export function endpointsSection({ timeline }: Evidence): Html {
  if (!timeline || timeline.latencies.length === 0) return missing('No endpoints: there is no timeline of this run.');
  const total = (route: number) =>
    timeline.latencies.reduce((sum, row) => (row.route === route ? sum + row.requests : sum), 0);
  const rows = timeline.latencies
    .filter(({ phase }) => timeline.phases[phase] !== RAMP)
    .sort((a, b) => total(b.route) - total(a.route) || a.phase - b.phase)
    .map((row) => endpointRow(timeline, row));
  if (rows.length === 0) return missing('No endpoints: no request was sent while a phase was held.');
  const number = true;
  return html`${table(
    'endpoints',
    'Endpoints, by phase',
    [
      { title: 'Endpoint' },
      { title: 'Phase' },
      { title: 'Requests', number },
      { title: 'Each second', number },
      { title: 'Failed', number },
      { title: 'Failed share', number },
      { title: 'p50', number },
      { title: 'p90', number },
      { title: 'p95', number },
      { title: 'p99', number },
      { title: 'Longest', number },
    ],
    rows,
  )}
<p class="hint">Durations are those of successful requests. Ramps are left out.</p>`;
}

function endpointRow(timeline: Timeline, { phase, route, requests, failed, latency }: RouteLatency): string[] {
  const latencies = new Latencies().merge(latency);
  const at = (percentile: number) => {
    const ms = latencies.percentile(percentile);
    return ms === null ? '–' : duration(ms);
  };
  const counted = timeline.failures.filter((cell) => cell[1] === phase && cell[2] === route);
  // A malformed answer has failed although its status is fine, so there are at least as many as k6 says.
  const failures = Math.max(
    failed,
    counted.reduce((sum, cell) => sum + cell[4], 0),
  );
  const seconds = new Set(timeline.cells.filter((cell) => cell[1] === phase).map(([second]) => second)).size;
  return [
    timeline.routes[route] || 'no name',
    timeline.phases[phase] || 'no phase',
    count(requests),
    digits(requests / seconds),
    count(failures),
    percent(failures / requests),
    ...[50, 90, 95, 99, 100].map(at),
  ];
}

/** k6's error codes of requests without an answer, where it has no text for them. */
const NETWORK_ERRORS: Record<number, string> = {
  1000: 'the connection was closed in the middle of the answer',
  1050: 'no answer within the timeout',
  1101: 'the host name was not found',
  1212: 'the connection was refused',
  1220: 'the connection was reset',
  1311: 'the certificate is for another host',
};

export function errorsSection({ timeline, summary }: Evidence): Html {
  if (!timeline) return missing('No errors are listed: there is no timeline of this run.');
  const { failures, kinds, phases, routes, errors, otherErrors } = timeline;
  if (failures.length === 0 && errors.length === 0) return html`<h2>Errors</h2><p>No request failed.</p>`;
  const sums = new Map<string, { kind: string; phase: string; route: string; count: number }>();
  for (const [, phase, route, kind, failed] of failures) {
    const key = `${kind},${phase},${route}`;
    const sum = sums.get(key) ?? { kind: kinds[kind]!, phase: phases[phase]!, route: routes[route]!, count: 0 };
    sums.set(key, { ...sum, count: sum.count + failed });
  }
  const number = true;
  const byKind = table(
    'failures',
    'Failures by kind',
    [{ title: 'Kind' }, { title: 'Endpoint' }, { title: 'Phase' }, { title: 'Count', number }],
    [...sums.values()]
      .sort((a, b) => b.count - a.count)
      .map(({ kind, route, phase, count: failed }) => [kind, route || '–', phase || '–', count(failed)]),
    3,
  );
  const samples = table(
    'errors',
    'What came back, one sample of each sort',
    [
      { title: 'Status' },
      { title: 'Message' },
      { title: 'Endpoint' },
      { title: 'Count', number },
      { title: 'First at', number },
      { title: 'In phase' },
    ],
    errors.map(({ status, code, message, route, count: times, firstAtMs, phase }) => [
      status === 0 ? 'no answer' : String(status),
      message || STATUS_CODES[status] || NETWORK_ERRORS[code] || (code > 0 ? `k6 error ${code}` : '–'),
      route || '–',
      count(times),
      clock(firstAtMs / 1000),
      phase || '–',
    ]),
    3,
  );
  const more =
    otherErrors > 0 &&
    html`<p class="hint">${plural(otherErrors, 'failed request', 'failed requests')} of yet other sorts are not listed.</p>`;
  const stopped = summary?.stopped && html`<p>The run was stopped early: ${summary.stopped}</p>`;
  return html`<h2>Errors</h2>${stopped}${byKind}${errors.length > 0 && samples}${more}`;
}

export function slowestSection({ timeline }: Evidence): Html {
  if (!timeline || timeline.slowest.length === 0)
    return missing('No slowest requests: there is no timeline of this run.');
  const hasIds = timeline.slowest.some(({ requestId }) => requestId !== '');
  const number = true;
  return html`${table(
    'slowest',
    'Slowest requests',
    [
      { title: 'Endpoint' },
      { title: 'Took', number },
      { title: 'Sent at', number },
      { title: 'Phase' },
      { title: 'Status' },
      ...(hasIds ? [{ title: 'Request id' }] : []),
    ],
    timeline.slowest.map(({ ms, route, atMs, phase, status, requestId }) => [
      route || '–',
      duration(ms),
      clock(atMs / 1000),
      phase || '–',
      status === 0 ? 'no answer' : String(status),
      ...(hasIds ? [requestId || '–'] : []),
    ]),
  )}${!hasIds && html`<p class="hint">The samples of this run carry no request ids; find a request in the platform’s logs by its time and endpoint.</p>`}`;
}

export function environmentSection({ run, verdict, timeline, folder, name }: Evidence): Html {
  const rows: [string, string][] = [['Run', run?.runId ?? verdict?.runId ?? name]];
  if (run) {
    const { configuration, versions, target, generator } = run;
    const peakMemory = peakMemoryBytes(generator.readings);
    rows.push(
      ['Test and profile', `${run.test}, ${run.profile}`],
      ['Started', `${run.startedAt.replace('T', ' ').slice(0, 19)} UTC`],
      ['Target', `${configuration.target} (${target.baseUrl})`],
      ['Target revision', target.revision || 'not told'],
      ['Setup of the embedded platform', configuration.setup || '–'],
      ['Users, pace', `${count(configuration.users)}, ${digits(configuration.pace)}`],
      ['Repeated questions', percent(configuration.repeatQuestions)],
      ['Seed', String(configuration.seed)],
      ['launchgate', `${versions.launchgate} (git ${versions.git || 'unknown'})`],
      [
        'k6',
        `${versions.k6}; k6-testing ${versions.k6Testing}; ${plural(configuration.generators, 'generator', 'generators')}`,
      ],
      ['Node', versions.node],
      ['k6 ended', endOf(run)],
      ['Generator', machineOf(run)],
      ['Most memory of k6', peakMemory > 0 ? bytes(peakMemory) : 'not measured'],
    );
  }
  if (timeline) {
    const { rows: samples, unreadable, outside, truncated } = timeline.samples;
    const flaws = [
      unreadable > 0 && plural(unreadable, 'row was unreadable', 'rows were unreadable'),
      outside > 0 && plural(outside, 'row had a time outside the run', 'rows had a time outside the run'),
      truncated && 'the file was cut off',
    ].filter((flaw) => flaw !== false);
    rows.push(['Samples', [plural(samples, 'row', 'rows'), ...flaws].join('; ')]);
  }
  const errors = run?.k6.errors ?? [];
  return html`<h2>Environment</h2><dl class="environment">${rows.map(([key, value]) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>
${errors.length > 0 && html`<h3>Last errors that k6 logged</h3><div class="scroll" role="region" aria-label="Last errors that k6 logged" tabindex="0"><pre>${errors.join('\n')}</pre></div>`}
<p class="hint">Rebuild this page from the stored files: <code>./launchgate report ${folder.split('/').slice(-3).join('/')}</code></p>`;
}

/** Of processes whose files were collected nobody saw how they ended. */
function endOf({ k6, shares }: RunFile): string {
  if (shares?.every((share) => !share.k6)) return 'nobody watched';
  return k6.signal ? `by ${k6.signal}` : `with exit code ${k6.exitCode ?? 'unknown'}`;
}

/** Nor what they ran on. */
function machineOf({ generator: { cores, memoryBytes } }: RunFile): string {
  return cores > 0 ? `${digits(cores)} cores, ${bytes(memoryBytes)}` : 'not measured';
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
