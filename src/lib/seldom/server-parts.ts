import { parseServerTiming } from '../../wire/routes.ts';
import type { Prepared } from '../http.ts';
import { addOverLimit, addServerPart } from '../metrics.ts';

/** Counts the parts of the server's own time. @param header `Server-Timing` */
export function countServerParts(header: string, { tags, partGates }: Prepared): void {
  const parts = parseServerTiming(header);
  for (let at = 0; at < parts.length; at++) {
    // Not taken apart by a pattern, which costs an iterator.
    const part = parts[at]![0];
    const ms = parts[at]![1];
    addServerPart[part](ms, tags);
    const gates = partGates?.[part];
    if (!gates) continue;
    for (let gate = 0; gate < gates.criteria.length; gate++) {
      addOverLimit(ms >= gates.limitsMs[gate]!, { criterion: gates.criteria[gate]!, phase: tags.phase });
    }
  }
}
