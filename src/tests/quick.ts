/**
 * A few users look at everything once: seven students and three creators, for half a minute. It says that the platform
 * works, and is gentle enough for production.
 */
import { ask } from '../lib/api/chat.ts';
import { listVideos, openDashboard, openHome } from '../lib/api/dashboard.ts';
import { health } from '../lib/api/health.ts';
import { defineTest } from '../lib/define-test.ts';
import { ownStudent, unlimitedCreator } from '../lib/fixtures.ts';
import { question } from '../lib/questions.ts';
import { signedIn } from '../lib/session.ts';

export const { options, setup, students, creators, handleSummary } = defineTest('quick', {
  students: learn,
  creators: lookAfterCourses,
});

function learn(): void {
  health();
  const me = signedIn(ownStudent());
  if (!me) return;
  openHome(me);
  ask(me, question());
}

function lookAfterCourses(): void {
  const me = signedIn(unlimitedCreator());
  if (!me) return;
  openDashboard(me);
  listVideos(me);
}
