/**
 * Normal load for hours (SOAK_HOURS): 90 students chat and 10 creators look at their dashboards. The last minutes are
 * held against the first: what leaks or fills up shows as drift. Their tier has no daily quota, which others would have
 * used up in half an hour.
 */
import { chat } from '../lib/chat-journey.ts';
import { lookAtDashboard } from '../lib/creator-journey.ts';
import { defineTest } from '../lib/define-test.ts';
import { unlimitedStudent } from '../lib/fixtures.ts';

export const { options, setup, students, creators, handleSummary } = defineTest('soak', {
  students: () => chat(unlimitedStudent()),
  creators: lookAtDashboard,
});
