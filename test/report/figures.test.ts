import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvRow } from '../../gate/report/page/csv.ts';
import { bytes, clock, inUnit, perSecond, plural, span } from '../../gate/report/page/figures.ts';

const READ_AS: [shown: string, expected: string][] = [
  [clock(0), '0:00'],
  [clock(155.9), '2:35'],
  [clock(3_755), '1:02:35'],
  [span(59.4), '59 s'],
  [span(155), '2 min 35 s'],
  [span(600), '10 min'],
  [bytes(0), '0 B'],
  [bytes(1_536), '1.5 KB'],
  [bytes(8 * 1024 ** 3), '8 GB'],
  [perSecond(55.43), '55.4/s'],
  [inUnit(4_210, 'ms'), '4.21 s'],
  [inUnit(0.0421, 'ratio'), '4.21 %'],
  [inUnit(3_331, 'requests'), '3,331'],
  [plural(1, 'criterion', 'criteria'), '1 criterion'],
  [plural(1_200, 'run', 'runs'), '1,200 runs'],
];

for (const [shown, expected] of READ_AS) test(`${expected} is shown as such`, () => assert.equal(shown, expected));

test('a CSV field is quoted where it has to be', () => {
  assert.equal(
    csvRow(['plain', 'a,b', 'say "hi"', 'two\nlines', 1.5, null]),
    'plain,"a,b","say ""hi""","two\nlines",1.5,',
  );
});

test('a text that a spreadsheet would run as a formula is made harmless', () => {
  assert.equal(csvRow(['=HYPERLINK("http://x")', '@cmd', '+1+1']), `"'=HYPERLINK(""http://x"")",'@cmd,'+1+1`);
});

test('a negative figure stays a figure', () => {
  assert.equal(csvRow(['-4.2 ms', '-12']), '-4.2 ms,-12');
});
