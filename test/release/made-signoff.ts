/** A decision about a release that never was. */

import { signoffOf } from '../../gate/release/signoff.ts';
import { readStanding } from '../../gate/release/standing.ts';
import { readCosts } from '../../gate/runs/folder/costs.ts';
import type { SignoffFile } from '../../src/wire/release-files.ts';
import type { MadeRelease } from './made-release.ts';

export const SUBJECT = { target: 'embedded', setup: 'recommended', revision: '' };

/** What would be decided a day after the runs and audits of the made release. */
export async function decided({ root, results, ledger }: MadeRelease): Promise<SignoffFile> {
  const now = new Date('2026-03-16T12:00:00.000Z');
  const places = { root, results, baselines: `${root}/baselines`, ledger, production: [] };
  const read = await readStanding({ ...places, subject: SUBJECT, maxAgeDays: 14, now });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const costs = await readCosts(`${root}/costs.json`);
  if (!costs.ok) throw new Error(costs.problem);
  const { setups } = costs.costs;
  return signoffOf({ root, ledger, standing: read.standing, setups, maxAgeDays: 14, now });
}
