/**
 * What a virtual user makes once for each route of a phase, and takes for every request. Loops in place of an array's
 * methods, each of which would take 0.8 KB in the virtual user for good; and few functions, since all are made anew.
 */
import { ROUTES } from '../../wire/routes.ts';
import type { Prepared, Route } from '../http.ts';
import { http } from '../k6.ts';
import { type CaseTags, countings } from '../metrics.ts';
import { rowOf } from '../once-a-process.ts';
import { headersIn, paramsOf, type RequestParams } from './params.ts';

/** @param others of the same phase: what can be shared is, since every object takes 0.6 KB */
export function preparedFor(route: Route, phase: string, others: readonly Prepared[]): Prepared {
  const { ofRequests, occasions } = countings;
  let phaseAt = 0;
  while (occasions[phaseAt] !== phase) phaseAt++;
  let routeAt = 0;
  while (ROUTES[routeAt] !== route.name) routeAt++;
  const { method, tags, gates, partGates } = rowOf(ofRequests, phaseAt * ROUTES.length + routeAt);
  const criteria: CaseTags[] = [];
  for (let at = 0; at < gates.criteria.length; at++) criteria[at] = caseTags(gates.criteria[at]!, phase, others);
  const headers = others[0] ? others[0].params.headers : headersIn(phase);
  const params = paramsOf(tags, expectationOf(route, others), headers);
  return { route, method, params, criteria, limitsMs: gates.limitsMs, partGates };
}

function caseTags(criterion: string, phase: string, others: readonly Prepared[]): CaseTags {
  for (let at = 0; at < others.length; at++) {
    const { criteria } = others[at]!;
    for (let index = 0; index < criteria.length; index++) {
      if (criteria[index]!.criterion === criterion) return criteria[index]!;
    }
  }
  return { criterion, phase };
}

function expectationOf({ statuses }: Route, others: readonly Prepared[]): RequestParams['responseCallback'] {
  for (let at = 0; at < others.length; at++) {
    if (others[at]!.route.statuses === statuses) return others[at]!.params.responseCallback;
  }
  // Not spread where it can be helped: that takes an iterator, 1.2 KB.
  if (statuses.length > 2) return http.expectedStatuses(...statuses);
  return http.expectedStatuses(statuses[0]!, statuses[1] ?? statuses[0]!);
}
