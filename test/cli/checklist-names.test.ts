import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { TEST_NAMES } from '../../src/workloads.ts';

/** The commands that the checklist names, and the first words of the help of what they run. */
const NPM_NAMES = {
  'load-test:generate-data': 'launchgate data generate',
  'load-test:verify': 'launchgate verify',
  'load-test:quick': 'launchgate run',
  'load-test:chat': 'launchgate run',
  'load-test:video': 'launchgate run',
  'load-test:auth': 'launchgate run',
  'load-test:database': 'launchgate run',
  'load-test:rate-limits': 'launchgate run',
};

function output(command: string, ...args: string[]): Promise<string> {
  return new Promise((done, failed) =>
    execFile(command, args, (error, stdout, stderr) => (error ? failed(new Error(stderr)) : done(stdout))),
  );
}

describe('the commands of the checklist work as it writes them:', { concurrency: 2 }, () => {
  for (const [name, usage] of Object.entries(NPM_NAMES)) {
    it(`npm run ${name}`, async () => {
      assert.match(await output('npm', 'run', '--silent', name, '--', '--help'), new RegExp(`^Usage: ${usage} `));
    });
  }
  for (const test of TEST_NAMES) {
    it(`make ${test}-test`, async () => {
      assert.match(await output('make', '-n', `${test}-test`), new RegExp(`^\\./launchgate run ${test}\\s*$`, 'm'));
    });
  }
  it('make all-tests', async () => {
    assert.match(await output('make', '-n', 'all-tests'), /^\.\/launchgate all\s*$/m);
  });
});
