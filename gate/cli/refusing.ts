import { Refusal } from '../target/refusal.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';

/** Does the work, and turns a refusal into its line and exit code. @param say as in `complain` */
export async function refusing(work: () => Promise<void>, say?: (line: string) => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain([error.message], EXIT[error.why], say);
  }
}
