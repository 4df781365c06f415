import { parseServerTiming } from '../../wire/routes.ts';
import type { RequestTags } from '../briefly/params.ts';
import { countUnder } from '../http.ts';
import { addServerPart } from '../metrics.ts';

/** Counts the parts of the server's own time. @param header `Server-Timing` */
export function countServerParts(header: string, tags: RequestTags): void {
  const parts = parseServerTiming(header);
  for (let at = 0; at < parts.length; at++) {
    // Not taken apart by a pattern, which costs an iterator.
    const part = parts[at]![0];
    const ms = parts[at]![1];
    addServerPart[part](ms, tags);
    countUnder(part, tags.phase, ms);
  }
}
