/**
 * What every script asks of k6, whatever load it sends.
 */
import type { Options } from 'k6/options';
import { allButLoopback, isLoopbackRun } from '../../wire/guard.ts';
import { cloudZones } from '../../wire/settings.ts';
import { settings } from './settings.ts';

/** @param test named in k6 Cloud, unless K6_CLOUD_NAME says otherwise */
export function sharedOptions(test: string): Options {
  return {
    // What the name was checked against can't be led elsewhere by DNS or a redirect.
    blacklistIPs: isLoopbackRun(settings) ? allButLoopback() : [],
    systemTags: ['method', 'name', 'status', 'error_code', 'expected_response', 'scenario'],
    userAgent: 'launchgate',
    cloud: { name: `launchgate ${test} ${settings.PROFILE}`, ...loadZones() },
  };
}

/** Where the users are is only an option; project and stack come from k6's own variables. */
function loadZones(): object {
  const zones = cloudZones(settings.CLOUD_ZONES) ?? [];
  if (zones.length === 0) return {};
  const distribution = zones.map(({ zone, percent }) => [zone.replaceAll(':', '-'), { loadZone: zone, percent }]);
  return { distribution: Object.fromEntries(distribution) };
}
