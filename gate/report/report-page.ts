/** report.html: one file that asks nothing of anybody. */

import reportScript from 'inline:./page/main.ts';
import style from 'inline:./page/style.css';
import { createHash } from 'node:crypto';
import type { Diagnosis } from '../../src/wire/diagnosis-file.ts';
import type { Evidence } from '../runs/folder/evidence.ts';
import { shapeCharts, timeCharts } from './chart-sections.ts';
import { diagnosisSection } from './diagnosis-section.ts';
import { headlineOf } from './headline.ts';
import { Html, html, scriptJson } from './markup.ts';
import type { PageData } from './page/data.ts';
import {
  criteriaSection,
  endpointsSection,
  environmentSection,
  errorsSection,
  keyFigures,
  missing,
  slowestSection,
  verdictSection,
} from './sections.ts';

/** The page of a run. @param data null when there is no timeline: words then stand in place of the charts @param diagnosis or why there is none */
export function reportPage(
  evidence: Evidence,
  data: PageData | null,
  diagnosis: Diagnosis | { refused: string },
): string {
  const { run, verdict, name } = evidence;
  const test = verdict?.test ?? run?.test ?? name;
  const headline = headlineOf(evidence);
  const when = run ? run.startedAt.replace('T', ' ').slice(0, 16) : name;
  const sections: [id: string, title: string, content: Html][] = [
    ['criteria-section', 'Criteria', criteriaSection(evidence)],
    ['diagnosis', 'Diagnosis', diagnosisSection(diagnosis)],
    ['time', 'Over time', data ? timeCharts(data) : missing(`No charts: ${noTimeline(evidence)}`)],
    ['distribution', 'Distribution and load', data ? shapeCharts(data) : missing(`No charts: ${noTimeline(evidence)}`)],
    ['endpoints-section', 'Endpoints', endpointsSection(evidence)],
    ['errors-section', 'Errors', errorsSection(evidence)],
    ['slowest-section', 'Slowest requests', slowestSection(evidence)],
    ['environment', 'Environment', environmentSection(evidence)],
  ];
  return document(
    `${headline.word}: ${test}, ${when}`,
    html`<header class="top"><p><b>launchgate</b> ${test}${run && html` · ${run.profile} · <time datetime="${run.startedAt}">${when} UTC</time> · ${run.configuration.target}`}</p>
<button type="button" id="theme" hidden>Dark</button></header>
<main id="main" tabindex="-1">
${verdictSection(evidence, headline)}
${keyFigures(evidence)}
<nav aria-label="Sections"><ul class="index">${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections.map(([id, , content]) => html`<section id="${id}">${content}</section>`)}
</main>
<p id="status" class="unseen" role="status"></p>`,
    data,
    reportScript,
  );
}

/**
 * A document with a policy that lets it run its own script and style, and fetch nothing.
 * @param data for the script, embedded as JSON
 */
export function document(title: string, body: Html, data: unknown, script: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the verdict</a>
${body}
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function noTimeline({ timeline, problems }: Evidence): string {
  if (timeline) return 'the timeline of this run is empty.';
  return `${problems.find((problem) => problem.startsWith('timeline.json')) ?? 'timeline.json is missing'}.`;
}
