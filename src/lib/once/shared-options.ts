/**
 * What every script asks of k6, whatever load it sends.
 */
import type { Options } from 'k6/options';
import { allButLoopback, isLoopbackRun } from '../../wire/guard.ts';
import { settings } from './settings.ts';

export function sharedOptions(): Options {
  return {
    // What the name was checked against can't be led elsewhere by DNS or a redirect.
    blacklistIPs: isLoopbackRun(settings) ? allButLoopback() : [],
    systemTags: ['method', 'name', 'status', 'error_code', 'expected_response', 'scenario'],
    userAgent: 'launchgate',
  };
}
