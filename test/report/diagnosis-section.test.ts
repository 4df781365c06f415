import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../gate/judge/diagnose.ts';
import { diagnosisSection } from '../../gate/report/diagnosis-section.ts';
import { escaped } from '../../gate/report/markup.ts';
import { clientOnly, madeFacts } from '../judge/made-facts.ts';

test('what a run can’t tell is said once, and is not among what was weighed', () => {
  const diagnosis = diagnose(clientOnly(madeFacts()));
  const section = diagnosisSection(diagnosis).text;
  const untold = diagnosis.findings.filter(({ standing }) => standing === 'untold');
  assert.ok(untold.length > 0);
  for (const { title } of untold) assert.equal(section.split(escaped(title)).length - 1, 1, title);
});
