/** The chat quotas of the test users. */
import { batches } from './batches.ts';
import { findOwners } from './inventory.ts';
import type { Project } from './project.ts';
import { refuseForeign } from './seed.ts';
import { counted, IDS_PER_REQUEST } from './table-access.ts';

/**
 * Sets all counters of chat_usage to zero, for test users only.
 * @returns how many rows there were
 * @throws Refusal when the project holds rows of others and was not named
 */
export async function resetUsage(project: Project, named: string | undefined): Promise<number> {
  const { owners, others } = await findOwners(project);
  refuseForeign(project, others, named);
  let reset = 0;
  for (const some of batches(owners.accounts, IDS_PER_REQUEST)) {
    reset += await counted(
      project,
      'resetting chat_usage',
      project.client
        .from('chat_usage')
        .update({ questions_asked: 0, daily_questions: 0, daily_reset_at: null }, { count: 'exact' })
        .in('user_id', some),
    );
  }
  return reset;
}
