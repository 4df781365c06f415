/**
 * Uploads that must be refused, each tried once: whether the platform refuses them as PLATFORM.md says.
 */
import { RUN } from '../../behaviour.ts';
import type { UploadRequest } from '../../wire/api.ts';
import { lastStudents, limitedCreator, uploader } from '../fixtures.ts';
import { countCase } from '../metrics.ts';
import type { FixtureUser } from '../once/fixture-rows.ts';
import type { Session } from '../session.ts';
import { signInAs } from '../visiting.ts';
import { requestUpload, requestUploadRefused, uploadRequest } from './video.ts';

const GB = 1024 ** 3;
const FILE_BYTES = 1_000_000;
/** The platform takes no larger file. */
const MOST_BYTES = 2 * GB;

export function tryRefusedUploads(): void {
  as(uploader(), (me) => {
    refused(me, 'a file without a title', { title: undefined }, '400');
    refused(me, 'a file without a size', { fileSize: undefined }, '400');
    refused(
      me,
      'a file that is no video',
      { contentType: 'application/pdf', filename: 'notes.pdf' },
      '403 UPLOAD_ERROR',
    );
    refused(me, 'a file of more than 2 GB', { fileSize: MOST_BYTES + 1 }, '403 UPLOAD_ERROR');
  });
  as(limitedCreator(), overQuota);
  as(lastStudents()[0], (me) => refused(me, "a student's file", {}, '403 Creator account not found'));
}

/** More than is left of the creator's storage, where that is less than the largest file. */
function overQuota(me: Session): void {
  const asked = requestUpload(me, uploadRequest(FILE_BYTES));
  if (!asked.ok) return;
  const { used, limit } = asked.value.storage;
  if (limit - used >= MOST_BYTES) return;
  refused(me, 'a file over the storage quota', { fileSize: limit - used + 1 }, '403 UPLOAD_ERROR');
}

function as(user: FixtureUser, act: (me: Session) => void): void {
  const me = signInAs(user);
  if (me) act(me);
}

/** @param expected how the answer begins: status and name of the error */
function refused(me: Session, what: string, change: Partial<UploadRequest>, expected: string): void {
  const answer = requestUploadRefused(me, { ...uploadRequest(FILE_BYTES), ...change });
  const seen = answer.ok ? answer.value : `${answer.status} ${answer.failure}`;
  // Says something about the rate limit, and nothing about this file.
  if (seen.startsWith('429')) return;
  const isRight = seen.startsWith(expected);
  countCase('video.refusals', RUN, !isRight);
  if (!isRight) console.error(`upload-url: ${what} was answered with ${seen}, and not with ${expected}`);
}
