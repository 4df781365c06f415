/**
 * Creators upload videos: 20, then 50, then 100 at a time, and see them processed.
 *
 * Uploaders ask for an address and send files; three of four only ask, so that the promises of that route have their
 * samples. Beside them videos are published at a steady rate, 80 % one at a time, 20 % three to seven, and watched until
 * they are processed (checklist: video test). Files that must be refused are tried once.
 */
import { filesOfUpload } from '../behaviour.ts';
import { tryRefusedUploads } from '../lib/api/refused-uploads.ts';
import { createVideo } from '../lib/api/video.ts';
import { defineTest } from '../lib/define-test.ts';
import { uploader } from '../lib/fixtures.ts';
import { exec } from '../lib/k6.ts';
import { signedIn } from '../lib/session.ts';
import { newFile, upload, uploadFile, watchProcessing } from '../lib/uploads.ts';

export const { options, setup, uploaders, publishers, refusals, handleSummary } = defineTest('video', {
  uploaders: upload,
  publishers: publish,
  refusals: tryRefusedUploads,
});

function publish(): void {
  const me = signedIn(uploader());
  if (!me) return;
  const uploaded: string[] = [];
  for (let files = filesOfUpload(exec.scenario.iterationInTest); files > 0; files--) {
    const videoId = uploadFile(me, newFile());
    if (videoId) uploaded.push(videoId);
  }
  const created = uploaded.filter((videoId) => createVideo(me, videoId).ok);
  watchProcessing(me, created);
}
