/** The team's paper checklist, as far as it has to be found again: its lists, and how many entries each has. */
export const SEED_OUTLINE: Readonly<Record<string, number>> = {
  // Phase 1: infrastructure
  database: 5,
  caching: 5,
  'rate-limiting': 4,
  processing: 4,
  // Phase 2: load tests
  setup: 4,
  baseline: 7,
  analysis: 5,
  // Phase 3: fixes
  critical: 5,
  high: 5,
  validation: 5,
  // Phase 4: monitoring
  monitoring: 5,
  alerts: 6,
  // Phase 5: deployment
  before: 5,
  day: 5,
  after: 5,
  // Success criteria: rows of the two tables
  technical: 9,
  business: 5,
  // Costs: parts, total and capacity of both setups, and the approval
  free: 5,
  recommended: 7,
  budget: 1,
  // Sign-off: boxes and signature
  engineering: 5,
  product: 5,
  leadership: 5,
  // Rollback plan: steps
  immediate: 3,
  investigation: 3,
  resolution: 3,
  // Upkeep
  weekly: 3,
  biweekly: 3,
  monthly: 3,
  quarterly: 3,
};
