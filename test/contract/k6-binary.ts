import { findK6 } from '../../gate/runs/k6/k6.ts';

/**
 * Path of the k6 that a run would use.
 * @throws Error when there is none
 */
export async function k6Binary(): Promise<string> {
  const found = await findK6({ root: '.', named: process.env.LAUNCHGATE_K6 ?? '', path: process.env.PATH ?? '' });
  if (!found.ok) throw new Error(found.problem);
  return found.k6.path;
}
