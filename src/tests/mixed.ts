/**
 * Everybody at once, 1,000 users held: 850 students chat, 100 creators look at their dashboards and videos, 50 upload, while five
 * visitors a second sign in, look at their start page and leave. The evidence for "1,000 users at once".
 */
import { openHome } from '../lib/api/dashboard.ts';
import { chat } from '../lib/chat-journey.ts';
import { lookAtDashboardAndVideos } from '../lib/creator-journey.ts';
import { defineTest } from '../lib/define-test.ts';
import { anyStudent, ownStudent } from '../lib/fixtures.ts';
import { upload } from '../lib/uploads.ts';
import { leave, signInAs } from '../lib/visiting.ts';

export const { options, setup, students, creators, uploaders, visitors, handleSummary } = defineTest('mixed', {
  students: () => chat(ownStudent()),
  creators: lookAtDashboardAndVideos,
  uploaders: upload,
  visitors: visit,
});

function visit(): void {
  const me = signInAs(anyStudent());
  if (!me) return;
  openHome(me);
  leave(me);
}
