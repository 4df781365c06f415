/** What launch day and the watches of the server say of a line; undefined where there is no record. */
import type { GoliveStep, State } from '../../src/wire/release-files.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { count, digits } from '../judge/figures.ts';
import type { Line } from './checklist-file.ts';
import { type Piece, type StateRequest, tooOld } from './piece.ts';

const HOUR_MS = 3_600_000;

/** @param wanted hours that had to go by without an alert; live: it is enough that signals were seen */
export function watchPiece(wanted: 'live' | number, line: Line, request: StateRequest): Piece | undefined {
  const lasted = ({ startedAt, endedAt }: WatchFile) => (Date.parse(endedAt) - Date.parse(startedAt)) / HOUR_MS;
  const found = request.gathered.watches.find(
    ({ file }) => isWhere(file.target, line, request) && (wanted === 'live' || lasted(file) >= wanted),
  );
  if (!found) return undefined;
  const { outcome, alerts, reasons, endedAt, revision = '', signals } = found.file;
  const from = { source: found.name, at: endedAt };
  const age = otherRevision(revision, request) ?? tooOld(endedAt, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  const promised = signals.filter(({ limitText }) => limitText !== '').length;
  const hours = lasted(found.file);
  const of = `${hours < 1 ? `${digits(hours * 60)} min` : `${digits(hours)} h`} of ${found.file.target}`;
  if (wanted === 'live') {
    const state: State = promised > 0 ? 'passed' : 'inconclusive';
    return { state, figure: `signals with a limit seen in ${of}: ${count(promised)}`, ...from };
  }
  if (outcome === 'alerts')
    return { state: 'failed', figure: `alerts in ${of}: ${alerts.map(({ text }) => text).join('; ')}`, ...from };
  if (outcome === 'inconclusive')
    return { state: 'inconclusive', figure: reasons[0] ?? 'too little was seen', ...from };
  return { state: 'passed', figure: `no alert in ${of}`, ...from };
}

export function golivePiece(step: GoliveStep, line: Line, request: StateRequest): Piece | undefined {
  const found = request.gathered.launches.find(
    ({ file }) => isWhere(file.target, line, request) && file.entries.some((entry) => entry.step === step),
  );
  if (!found) return undefined;
  const { outcome, text, at } = found.file.entries.findLast((entry) => entry.step === step)!;
  const from = { source: found.name, at };
  const age = otherRevision(found.file.revision, request) ?? tooOld(at, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  return { state: outcome === 'done' ? 'passed' : 'failed', figure: text, ...from };
}

/** Whether a record is of the platform that a line speaks of: from launch day on that is production, where it is known. */
function isWhere(host: string, { due }: Line, { gathered: { subject, places } }: StateRequest): boolean {
  const { production } = places;
  const where = due === 'before' || production.length === 0 ? [subject.target, ...production] : production;
  return where.includes(host) || where.includes(host.replace(/:\d+$/, ''));
}

function otherRevision(revision: string, { gathered: { subject } }: StateRequest): string | undefined {
  const known = revision !== '' && subject.revision !== '';
  return known && revision !== subject.revision ? `it is of revision ${revision}` : undefined;
}
