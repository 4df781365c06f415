/**
 * What every script asks of k6, whatever load it sends.
 */
import type { Options } from 'k6/options';
import { allButLoopback, isLoopbackRun } from '../../wire/guard.ts';
import { cloudZones } from '../../wire/settings.ts';
import { settings } from './settings.ts';

export function sharedOptions(): Options {
  return {
    // What the name was checked against can't be led elsewhere by DNS or a redirect.
    blacklistIPs: isLoopbackRun(settings) ? allButLoopback() : [],
    systemTags: ['method', 'name', 'status', 'error_code', 'expected_response', 'scenario'],
    userAgent: 'launchgate',
    ...cloudOptions(),
  };
}

/** Project, stack and name come from k6's own variables; where the users are is only an option. */
function cloudOptions(): Options {
  const zones = cloudZones(settings.CLOUD_ZONES) ?? [];
  if (zones.length === 0) return {};
  const distribution = zones.map(({ zone, percent }) => [zone.replaceAll(':', '-'), { loadZone: zone, percent }]);
  return { cloud: { distribution: Object.fromEntries(distribution) } };
}
