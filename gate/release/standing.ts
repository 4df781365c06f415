/** How the release stands: the checklist and all evidence, put together. */
import type { LineState } from '../../src/wire/release-files.ts';
import { type Line, readChecklist } from './checklist-file.ts';
import { type Gathered, gather, type Places } from './evidence.ts';
import { lineStates } from './line-states.ts';
import type { Subject } from './subject.ts';

export interface StandingRequest extends Places {
  subject: Subject;
  maxAgeDays: number;
  now: Date;
}

export interface Standing {
  lines: readonly Line[];
  gathered: Gathered;
  states: LineState[];
  /** Of answers that belong to no line, one sentence each. */
  notices: string[];
}

export type ReadStanding = { ok: true; standing: Standing } | { ok: false; problems: string[] };

export async function readStanding({ subject, maxAgeDays, now, ...places }: StandingRequest): Promise<ReadStanding> {
  const read = await readChecklist(places.root);
  if (!read.ok) return read;
  const { lines } = read;
  const gathered = await gather(places, subject);
  const strange = new Set(
    gathered.ledger.entries.map(({ line }) => line).filter((id) => !lines.some((line) => line.id === id)),
  );
  return {
    ok: true,
    standing: {
      lines,
      gathered,
      states: lineStates({ lines, gathered, maxAgeDays, now }),
      notices: [...strange].map((id) => `somebody has answered "${id}", which checklist.yaml does not have.`),
    },
  };
}
