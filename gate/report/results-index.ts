/** results/index.html: every run, the newest first, and how the headline figures went from run to run. */

import script from 'inline:./page/index-main.ts';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADLINES, type Headline } from '../../src/thresholds.ts';
import type { Figure } from '../../src/wire/baseline-file.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { whyUnfit } from '../judge/baseline.ts';
import { valueText } from '../judge/comparison-lines.ts';
import { figuresOf } from '../judge/headlines.ts';
import { type Evidence, readRecord } from '../runs/folder/evidence.ts';
import { readRunJson } from '../runs/folder/run-folder.ts';
import { type StoredRun, storedRuns } from '../runs/folder/stored-runs.ts';
import { writeWhole } from '../runs/folder/whole-file.ts';
import { headlineOf } from './headline.ts';
import { type Html, html } from './markup.ts';
import { count, plural } from './page/figures.ts';
import { document } from './report-page.ts';
import { icon, missing } from './sections.ts';

/** Runs that a trend goes back. */
const TREND_RUNS = 30;

/** @param results the folder of all results @returns path of the index */
export async function writeIndex(results: string): Promise<string> {
  await mkdir(results, { recursive: true });
  const stored = await storedRuns(results);
  const runs: IndexedRun[] = [];
  for (const run of stored) runs.push({ ...run, evidence: await readRecord(run.folder) });
  const trends: Trends[] = [];
  for (const group of comparableGroups(runs)) trends.push(await trendsOf(group));
  return writeWhole(join(results, 'index.html'), indexPage(runs, trends));
}

interface IndexedRun extends StoredRun {
  evidence: Evidence;
}

function indexPage(runs: IndexedRun[], trends: Trends[]): string {
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
    : html`${filter}${trends.map(trendSection)}${runTable(runs)}`
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

/** The newest runs of each test and profile that can be evidence, where there is more than one; the newest first. */
function comparableGroups(runs: IndexedRun[]): IndexedRun[][] {
  const groups = new Map<string, IndexedRun[]>();
  for (const run of runs) {
    const { verdict } = run.evidence;
    if (!verdict || !run.evidence.run || whyUnfit(verdict)) continue;
    const key = `${run.test} ${verdict.profile}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].filter(({ length }) => length > 1).map((group) => group.slice(0, TREND_RUNS));
}

interface Trends {
  test: string;
  profile: string;
  runs: number;
  lines: TrendLine[];
}

interface TrendLine {
  headline: Headline;
  /** The oldest first; null where a run doesn't have the figure. */
  values: (number | null)[];
  /** Of the criterion that speaks of the same; undefined where none does. */
  limit: { value: number; text: string } | undefined;
}

async function trendsOf(runs: IndexedRun[]): Promise<Trends> {
  const figures: Figure[][] = [];
  for (const { folder, evidence } of [...runs].reverse()) {
    const summary = await readRunJson(folder, 'summary.json');
    figures.push(summary.ok ? figuresOf(summary.content, evidence.run!.windows) : []);
  }
  const { test, evidence } = runs[0]!;
  const lines = HEADLINES.filter((headline) => headline.test === test).map((headline) => ({
    headline,
    values: figures.map((run) => run.find((figure) => figure.headline === headline.id)?.value ?? null),
    limit: limitOf(headline, evidence.verdict!.criteria),
  }));
  return {
    test,
    profile: evidence.verdict!.profile,
    runs: runs.length,
    lines: lines.filter(({ values }) => values.some((value) => value !== null)),
  };
}

/** The criterion of throughput counts requests, the figure is a rate: that one has no limit here. */
function limitOf({ stat, route, phase }: Headline, criteria: CriterionVerdict[]): TrendLine['limit'] {
  const criterion = criteria.find((each) => each.stat === stat && each.subject === route && each.phase === phase);
  return criterion && stat !== 'throughput' ? { value: criterion.limit, text: criterion.limitText } : undefined;
}

function trendSection({ test, profile, runs, lines }: Trends): Html {
  return html`<section class="trends" data-test="${test}" aria-label="Trends of ${test}, ${profile}"><h2>${test}, ${profile}: last ${count(runs)} runs</h2>
<dl>${lines.map(trend)}</dl></section>`;
}

function trend({ headline, values, limit }: TrendLine): Html {
  const last = values.findLast((value) => value !== null)!;
  return html`<div><dt>${headline.id}</dt><dd>${sparkline(values, limit?.value)} <b>${valueText(headline.stat, last)}</b>${limit && html` <span class="quiet">${limit.text}</span>`}</dd></div>`;
}

/** The oldest value at the left; the dashed line is the limit. */
function sparkline(values: (number | null)[], limit: number | undefined): Html {
  const seen = values.filter((value) => value !== null);
  const top = Math.max(limit ?? 0, ...seen) * 1.1 || 1;
  const x = (index: number) => (values.length === 1 ? 50 : 2 + (96 * index) / (values.length - 1)).toFixed(1);
  const y = (value: number) => (26 - (24 * value) / top).toFixed(1);
  const points = values
    .map((value, index) => (value === null ? '' : `${x(index)},${y(value)}`))
    .filter((point) => point);
  const [lastX, lastY] = points.at(-1)!.split(',');
  return html`<svg class="sparkline" viewBox="0 0 100 28" width="100" height="28" aria-hidden="true">${limit !== undefined && html`<path class="limit" d="M0 ${y(limit)}H100"/>`}<polyline points="${points.join(' ')}"/><circle cx="${lastX}" cy="${lastY}" r="2.2"/></svg>`;
}
