/** results/index.html: every run, the newest first, and how the headline figures went from run to run. */

import script from 'inline:./page/index-main.ts';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import type { Window } from '../../src/workloads.ts';
import { type Evidence, readRecord } from '../runs/evidence.ts';
import { type StoredRun, storedRuns } from '../runs/stored-runs.ts';
import { writeWhole } from '../runs/whole-file.ts';
import { headlineOf } from './headline.ts';
import { type Html, html } from './markup.ts';
import { count, inUnit, plural } from './page/figures.ts';
import { document } from './report-page.ts';
import { icon, missing } from './sections.ts';

/** Runs that a trend goes back. */
const TREND_RUNS = 30;
/** Trends a test shows at most. */
const MOST_TRENDS = 8;

/** @param results the folder of all results @returns path of the index */
export async function writeIndex(results: string): Promise<string> {
  await mkdir(results, { recursive: true });
  const stored = await storedRuns(results);
  const runs: IndexedRun[] = [];
  for (const run of stored) runs.push({ ...run, evidence: await readRecord(run.folder) });
  return writeWhole(join(results, 'index.html'), indexPage(runs));
}

interface IndexedRun extends StoredRun {
  evidence: Evidence;
}

function indexPage(runs: IndexedRun[]): string {
  const tests = [...new Set(runs.map(({ test }) => test))].sort();
  const filter = html`<label class="filter" hidden>Test <select id="filter"><option value="">all</option>${tests.map((test) => html`<option>${test}</option>`)}</select></label>`;
  return document(
    'Runs of launchgate',
    html`<header class="top"><p><b>launchgate</b> results</p><button type="button" id="theme" hidden>Dark</button></header>
<main id="main" tabindex="-1">
<h1>${runs.length === 0 ? 'No runs yet' : plural(runs.length, 'run', 'runs')}</h1>
${
  runs.length === 0
    ? missing('Start one with `make chat-test`.')
    : html`${filter}${tests.map((test) => trendsOf(test, runs))}${runTable(runs)}`
}
</main>
<p id="status" class="unseen" role="status"></p>`,
    null,
    script,
  );
}

function runTable(runs: IndexedRun[]): Html {
  return html`<div class="scroll runs" role="region" aria-label="All runs" tabindex="0"><table id="runs">
<thead><tr><th scope="col">Outcome</th><th scope="col">Run</th><th scope="col">Test</th><th scope="col">Profile</th><th scope="col">Target</th><th scope="col">In a sentence</th></tr></thead>
<tbody>${runs.map(runRow)}</tbody></table></div>`;
}

function runRow({ test, name, evidence }: IndexedRun): Html {
  const { run, verdict, problems } = evidence;
  const { tone, word, sentence } = headlineOf(evidence);
  const path = [test, name, 'report.html'].map(encodeURIComponent).join('/');
  return html`<tr data-test="${test}"><td><span class="outcome ${tone}">${icon(tone)} ${word}</span></td>
<td class="when"><a href="${path}">${name.slice(0, 10)} ${name.slice(11, 19).replaceAll('-', ':')}</a></td>
<td>${test}</td><td>${run?.profile ?? verdict?.profile ?? '–'}</td><td>${run?.configuration.target ?? '–'}</td>
<td>${verdict ? sentence : `${problems.join('; ')}.`}</td></tr>
`;
}

/** The figures of each profile of a test that can be compared: those of more than one run. */
function trendsOf(test: string, runs: IndexedRun[]): Html[] {
  const judged = runs.filter((run) => run.test === test && run.evidence.verdict?.provesLoad);
  const profiles = [...new Set(judged.map(({ evidence }) => evidence.verdict!.profile))];
  return profiles
    .map((profile) => judged.filter(({ evidence }) => evidence.verdict!.profile === profile).slice(0, TREND_RUNS))
    .filter(({ length }) => length > 1)
    .map((same) => trends(test, same));
}

/** A line of each headline figure of the newest run: each must, in the phase with the most users. */
function trends(test: string, runs: IndexedRun[]): Html {
  const { run, verdict } = runs[0]!.evidence;
  const loaded = run?.windows.reduce<Window | undefined>((a, b) => (a && a.users > b.users ? a : b), undefined);
  const figures = verdict!.criteria.filter(({ severity, actual, phase }) => {
    return severity === 'must' && actual !== null && (!loaded || phase === loaded.phase);
  });
  return html`<section class="trends" data-test="${test}" aria-label="Trends of ${test}, ${verdict!.profile}"><h2>${test}, ${verdict!.profile}: last ${count(runs.length)} runs</h2>
<dl>${figures.slice(0, MOST_TRENDS).map((figure) => trend(figure, runs))}</dl></section>`;
}

function trend(figure: CriterionVerdict, runs: IndexedRun[]): Html {
  const { criterion, phase, actual, unit, limit, limitText } = figure;
  const values = runs.map(({ evidence }) => {
    const same = evidence.verdict?.criteria.find((each) => each.criterion === criterion && each.phase === phase);
    return same?.actual ?? null;
  });
  return html`<div><dt>${criterion} in ${phase}</dt><dd>${sparkline(values.reverse(), limit)} <b>${inUnit(actual!, unit)}</b> <span class="quiet">${limitText}</span></dd></div>`;
}

/** The oldest value at the left; the dashed line is the limit. */
function sparkline(values: (number | null)[], limit: number): Html {
  const seen = values.filter((value) => value !== null);
  const top = Math.max(limit, ...seen) * 1.1;
  const x = (index: number) => (values.length === 1 ? 50 : 2 + (96 * index) / (values.length - 1)).toFixed(1);
  const y = (value: number) => (26 - (24 * value) / top).toFixed(1);
  const points = values
    .map((value, index) => (value === null ? '' : `${x(index)},${y(value)}`))
    .filter((point) => point);
  const [lastX, lastY] = points.at(-1)!.split(',');
  return html`<svg class="sparkline" viewBox="0 0 100 28" width="100" height="28" aria-hidden="true"><path class="limit" d="M0 ${y(limit)}H100"/><polyline points="${points.join(' ')}"/><circle cx="${lastX}" cy="${lastY}" r="2.2"/></svg>`;
}
