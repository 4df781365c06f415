/** All files that a whole run leaves in its folder, sorted. */
export const RUN_FILES = [
  'contract.json',
  'criteria.csv',
  'diagnosis.json',
  'junit.xml',
  'report.html',
  'run.json',
  'samples.csv.gz',
  'summary.json',
  'summary.md',
  'timeline.json',
  'verdict.json',
];
