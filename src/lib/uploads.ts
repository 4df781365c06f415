/**
 * A creator at work: files, how many at once, and the wait for their processing.
 */
import { Counter } from 'k6/metrics';
import { POLL_SECONDS, RUN, UPLOAD_MIX, UPLOADS } from '../behaviour.ts';
import { METRIC } from '../wire/facts.ts';
import { readStatus, requestUpload, sendFile, uploadRequest } from './api/video.ts';
import { uploader } from './fixtures.ts';
import { ownNumber } from './k6.ts';
import { countCase } from './metrics.ts';
import { pause } from './pacing.ts';
import { currentPhase, msUntilEnd } from './phase.ts';
import { between, deal } from './random.ts';
import { config } from './run.ts';
import { type Session, signedIn } from './session.ts';

/** The first box of an MP4 file: its length, `ftyp`, and the brand `isom`. */
export const FILE_HEAD = [0, 0, 0, 16, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d, 0, 0, 0, 0];

const wish = deal(UPLOAD_MIX);

/** Videos whose processing ended well. */
const processed = new Counter(METRIC.processed);

/** Kept by the VU: a new one each time would fill the memory before the old ones are swept up. */
let kept: ArrayBuffer | undefined;
let sends: boolean | undefined;

/** A journey of one uploader: asks for an address, and now and then sends a file there, which is never published. */
export function upload(): void {
  const me = signedIn(uploader());
  if (!me) return;
  if (wish() === 'upload' && isSender()) {
    kept ??= newFile();
    uploadFile(me, kept);
  } else {
    requestUpload(me, uploadRequest(UPLOADS[config.profile].mostBytes));
  }
}

/** Where files are large only some VUs keep one. */
function isSender(): boolean {
  sends ??= ownNumber() % UPLOADS[config.profile].sendersOneIn === 0;
  return sends;
}

/** Uploads a file. @returns the video's id, when all went well */
export function uploadFile(me: Session, file: ArrayBuffer): string | undefined {
  const target = requestUpload(me, uploadRequest(file.byteLength));
  if (!target.ok || !sendFile(target.value.uploadUrl, file).ok) return undefined;
  return target.value.videoId;
}

/** A file of zeros that begins as an MP4 does: the platform under test stores bytes, and looks at none. */
export function newFile(): ArrayBuffer {
  const { leastBytes, mostBytes } = UPLOADS[config.profile];
  const bytes = new Uint8Array(Math.floor(between(leastBytes, mostBytes + 1)));
  bytes.set(FILE_HEAD);
  return bytes.buffer;
}

/** Asks about these videos, less and less often, until each is processed or the load ends. */
export function watchProcessing(me: Session, videoIds: readonly string[]): void {
  let waitMs = POLL_SECONDS.first * 1000;
  let open = videoIds;
  while (open.length > 0 && msUntilEnd() > 0) {
    pause(waitMs);
    open = open.filter((videoId) => !isProcessed(me, videoId));
    waitMs = Math.min(waitMs * POLL_SECONDS.factor, POLL_SECONDS.most * 1000);
  }
}

function isProcessed(me: Session, videoId: string): boolean {
  const status = readStatus(me, videoId);
  if (!status.ok || (status.value !== 'completed' && status.value !== 'failed')) return false;
  countCase('video.processing.failures', RUN, status.value === 'failed');
  if (status.value === 'completed') processed.add(1, { phase: currentPhase() });
  return true;
}
