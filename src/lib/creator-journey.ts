/** A creator opens the dashboard. */
import { openDashboard } from './api/dashboard.ts';
import { unlimitedCreator } from './fixtures.ts';
import { signedIn } from './session.ts';

/** One journey of a creator. */
export function lookAtDashboard(): void {
  const me = signedIn(unlimitedCreator());
  if (me) openDashboard(me);
}
