/** Writes the reports of a run from its stored files, and the index of all runs. */
import { basename, dirname, join } from 'node:path';
import { DIAGNOSIS_SCHEMA, type Diagnosis, type DiagnosisFile } from '../../src/wire/diagnosis-file.ts';
import { judgeWhereCutOff } from '../runs/cut-off.ts';
import { diagnosisOf } from '../runs/diagnosis.ts';
import { type Evidence, readEvidence } from '../runs/folder/evidence.ts';
import { samplesIn, writeRunJson } from '../runs/folder/run-folder.ts';
import { writeWhole } from '../runs/folder/whole-file.ts';
import { foldTimeline } from '../runs/samples/timeline.ts';
import { comparisonPage } from './comparison-page.ts';
import { criteriaCsv } from './criteria-csv.ts';
import { junitXml } from './junit.ts';
import { summaryMarkdown } from './markdown.ts';
import type { PageData } from './page/data.ts';
import { reportPage } from './report-page.ts';
import { writeIndex } from './results-index.ts';
import { pageData } from './view.ts';

export interface WrittenReports {
  /** report.html */
  reportPath: string;
  /** summary.md */
  markdownPath: string;
  /** junit.xml */
  junitPath: string;
  /** criteria.csv; null when the run was not judged. */
  csvPath: string | null;
  /** diagnosis.json; null when the run can't be diagnosed. */
  diagnosisPath: string | null;
  /** comparison.html; null when the run was not held against a baseline. */
  comparisonPath: string | null;
  /** results/index.html; null for a run that lies elsewhere. */
  indexPath: string | null;
  /** What the reports had to do without, one line each. */
  problems: string[];
}

/**
 * Writes report.html, summary.md, junit.xml, criteria.csv, diagnosis.json and, of a run that was compared, comparison.html into the run
 * folder, and renews results/index.html above it. Whatever is missing in the folder is named in the reports and in `problems`.
 * @param runFolder results/<test>/<run>
 * @throws Error with one clear line when the folder holds nothing of a run, or can't be written
 */
export async function writeReports(runFolder: string): Promise<WrittenReports> {
  await judgeWhereCutOff(runFolder);
  const evidence = await readEvidence(runFolder);
  await foldWhereMissing(evidence);
  const { folder, verdict, comparison, problems } = evidence;
  const data = chartsOf(evidence);
  const diagnosis = diagnosisOf(evidence);
  const results = dirname(dirname(folder));
  const write = (name: string, content: string) => writeWhole(join(folder, name), content);
  return {
    reportPath: await write('report.html', reportPage(evidence, data, diagnosis)),
    markdownPath: await write('summary.md', summaryMarkdown(evidence, diagnosis)),
    junitPath: await write('junit.xml', junitXml(evidence)),
    csvPath: verdict ? await write('criteria.csv', criteriaCsv(verdict)) : null,
    diagnosisPath: 'refused' in diagnosis ? null : await write('diagnosis.json', diagnosisJson(diagnosis)),
    comparisonPath: comparison ? await write('comparison.html', comparisonPage(comparison)) : null,
    indexPath: basename(results) === 'results' ? await writeIndex(results) : null,
    problems,
  };
}

/** Samples that nobody has folded yet, say of a run that was cut off, are folded now. */
async function foldWhereMissing(evidence: Evidence): Promise<void> {
  const { run, folder, problems } = evidence;
  const missing = problems.indexOf('timeline.json is missing');
  const samples = samplesIn(folder);
  if (missing < 0 || !run || !samples) return;
  const { runId, startedAt, endedAt, generator } = run;
  try {
    const known = { runId, startedAt, endedAt, generator: generator.readings, signals: [] };
    evidence.timeline = await foldTimeline(samples, known);
    await writeRunJson(folder, 'timeline.json', evidence.timeline);
    problems.splice(missing, 1);
  } catch (error) {
    problems[missing] += `, and its samples can't be read: ${(error as Error).message}`;
  }
}

/** A timeline that reads well can still contradict itself; then the report does without it, and says so. */
function chartsOf(evidence: Evidence): PageData | null {
  try {
    return pageData(evidence);
  } catch (error) {
    evidence.problems.push(`timeline.json is damaged: ${(error as Error).message}`);
    evidence.timeline = undefined;
    return null;
  }
}

function diagnosisJson(diagnosis: Diagnosis): string {
  const file: DiagnosisFile = { schema: DIAGNOSIS_SCHEMA, ...diagnosis };
  return `${JSON.stringify(file, null, 2)}\n`;
}
