/** junit.xml: each criterion in each phase as a test case, for the viewers that CI systems have. */
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import type { Evidence } from '../runs/folder/evidence.ts';
import { headlineOf } from './headline.ts';
import { escaped } from './markup.ts';
import { inUnit } from './page/figures.ts';

/**
 * A failed must is a failure; a failed should, and whatever is undecided, is skipped with its reason. Of a run that
 * proves nothing the first case is an error, and all criteria are skipped.
 */
export function junitXml(evidence: Evidence): string {
  const { verdict, run, name } = evidence;
  const suite = `launchgate ${verdict?.test ?? run?.test ?? name} ${verdict?.profile ?? run?.profile ?? ''}`.trim();
  const { word, sentence } = headlineOf(evidence);
  const trusted = verdict !== undefined && verdict.outcome !== 'invalid' && verdict.outcome !== 'interrupted';
  const reasons = verdict?.reasons.map(({ text }) => text) ?? [];
  const seconds = run ? (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000 : 0;
  const cases = [
    testCase(
      'run',
      'the run can be trusted',
      trusted ? '' : element('error', word, [sentence, ...reasons].join(' ')),
      seconds,
    ),
    ...(verdict?.criteria ?? []).map((criterion) => {
      const className = `${verdict!.test}.${criterion.phase}`;
      return testCase(className, `${criterion.criterion}: ${criterion.limitText}`, resultOf(criterion, trusted), 0);
    }),
  ];
  const number = (kind: string) => cases.filter((text) => text.includes(`<${kind} `)).length;
  const counts = `tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}" skipped="${number('skipped')}"`;
  const timestamp = run ? ` timestamp="${attribute(run.startedAt.slice(0, 19))}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts} time="${seconds}">
<testsuite name="${attribute(suite)}" ${counts} time="${seconds}"${timestamp}>
${cases.join('\n')}
</testsuite>
</testsuites>
`;
}

function resultOf({ outcome, severity, actual, unit, note, limitText }: CriterionVerdict, trusted: boolean): string {
  const value = actual === null ? 'nothing was measured' : `measured ${inUnit(actual, unit)}`;
  const text = `${value}; limit ${limitText}${note && `; ${note}`}`;
  if (!trusted) return element('skipped', 'the run proves nothing', text);
  if (outcome === 'pass') return '';
  if (outcome === 'fail' && severity === 'must') return element('failure', text, text);
  return element('skipped', outcome === 'fail' ? `failed, but it is no must: ${text}` : `${outcome}: ${text}`, text);
}

function testCase(className: string, name: string, result: string, seconds: number): string {
  const open = `<testcase classname="${attribute(className)}" name="${attribute(name)}" time="${seconds}"`;
  return result ? `${open}>${result}</testcase>` : `${open}/>`;
}

function element(kind: 'failure' | 'error' | 'skipped', message: string, text: string): string {
  const type = kind === 'skipped' ? '' : ` type="${kind}"`;
  return `<${kind} message="${attribute(message)}"${type}>${attribute(text)}</${kind}>`;
}

/** Also without the control characters that XML 1.0 has no way to write. */
function attribute(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return escaped(text.replace(/[\u0000-\u001f\ufffe\uffff]|[\ud800-\udfff](?![\udc00-\udfff])/g, ' '));
}
