/** Every request of a run, as k6 wrote it down in its samples. */
import { readSamples } from '../../gate/runs/samples/timeline-samples.ts';

export interface RequestCount {
  route: string;
  phase: string;
  /** 0 when no answer came. */
  status: number;
  count: number;
}

/** @param paths k6's CSV output, plain or gzipped; one of each process that shared the load */
export async function countRequests(paths: readonly string[]): Promise<RequestCount[]> {
  const counts = new Map<string, RequestCount>();
  for (const path of paths) {
    await readSamples(path, new Set(['http_reqs']), ({ name, status, tag }) => {
      const phase = tag('phase');
      const key = `${phase} ${name} ${status}`;
      const known = counts.get(key) ?? { route: name, phase, status, count: 0 };
      counts.set(key, { ...known, count: known.count + 1 });
    });
  }
  return [...counts.values()];
}
