/** results/index.html: every run, the newest first, and how the headline figures went from run to run. */

import script from 'inline:./page/index-main.ts';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { type Evidence, readRecord } from './evidence.ts';
import { headlineOf } from './headline.ts';
import { type Html, html } from './markup.ts';
import { inUnit, plural } from './page/figures.ts';
import { document } from './report-page.ts';
import { icon, missing } from './sections.ts';
import { type StoredRun, storedRuns } from './stored-runs.ts';
import { writeWhole } from './whole-file.ts';

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
    : html`${filter}${tests.map((test) =>
        trends(
          test,
          runs.filter((run) => run.test === test),
        ),
      )}${runTable(runs)}`
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
<td class="number"><a href="${path}">${name.slice(0, 10)} ${name.slice(11, 19).replaceAll('-', ':')}</a></td>
<td>${test}</td><td>${run?.profile ?? verdict?.profile ?? '–'}</td><td>${run?.configuration.target ?? '–'}</td>
<td>${verdict ? sentence : `${problems.join('; ')}.`}</td></tr>
`;
}

/** A line of each headline figure over the runs of a test: each must, in the phase with the most users. */
function trends(test: string, runs: IndexedRun[]): Html {
  const recent = runs.slice(0, TREND_RUNS).reverse();
  const figures = new Map<string, CriterionVerdict>();
  for (const { evidence } of recent) {
    const loaded = evidence.run?.windows.reduce((a, b) => (b.users > a.users ? b : a), evidence.run.windows[0]!);
    for (const criterion of evidence.verdict?.criteria ?? []) {
      if (criterion.severity !== 'must' || criterion.actual === null) continue;
      if (loaded && criterion.phase !== loaded.phase) continue;
      figures.set(`${criterion.criterion} in ${criterion.phase}`, criterion);
    }
  }
  const shown = [...figures].slice(0, MOST_TRENDS);
  if (shown.length === 0) return html``;
  return html`<section class="trends" data-test="${test}" aria-label="Trends of ${test}"><h2>${test}</h2><dl>${shown.map(
    ([name, last]) => {
      const values = recent.map(({ evidence }) => {
        const same = ({ criterion, phase }: CriterionVerdict) => criterion === last.criterion && phase === last.phase;
        return evidence.verdict?.criteria.find(same)?.actual ?? null;
      });
      return html`<div><dt>${name}</dt><dd>${sparkline(values, last.limit)} <b>${inUnit(last.actual!, last.unit)}</b> <span class="quiet">${last.limitText}</span></dd></div>`;
    },
  )}</dl></section>`;
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
