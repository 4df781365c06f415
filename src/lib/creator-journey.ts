/** A creator opens the dashboard, and the list of videos. */
import { VIDEO_LIST_SHARE } from '../behaviour.ts';
import { listVideos, openDashboard } from './api/dashboard.ts';
import { lookAtThumbnails } from './api/media.ts';
import { unlimitedCreator } from './fixtures.ts';
import { chance } from './random.ts';
import { signedIn } from './session.ts';

/** One journey of a creator. */
export function lookAtDashboard(): void {
  const me = signedIn(unlimitedCreator());
  if (me) openDashboard(me);
}

/** The same, and now and then the videos with their thumbnails. */
export function lookAtDashboardAndVideos(): void {
  const me = signedIn(unlimitedCreator());
  if (!me) return;
  openDashboard(me);
  if (!chance(VIDEO_LIST_SHARE)) return;
  const list = listVideos(me);
  if (list.ok) lookAtThumbnails(list.value);
}
