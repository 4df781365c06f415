/** Several runs of one configuration, one after the other: what a baseline is made of. */
import { newRunId, type RunRequest, type RunResult, run } from './run.ts';

/**
 * Each run is whole and by itself, its embedded platform included: what the one leaves behind can't help the next. A run
 * that could not send its load, and an interruption, end the series.
 * @param ended called after each run, in turn
 */
export async function runSeries(
  request: RunRequest,
  times: number,
  ended: (result: RunResult) => Promise<void>,
): Promise<void> {
  if (times === 1) return ended(await run(request));
  const series = newRunId();
  for (let turn = 1; turn <= times; turn++) {
    request.screen.line(`--- Run ${turn} of ${times} ---`);
    const result = await run({ ...request, series });
    await ended(result);
    if (result.kind === 'stopped' || request.signal.aborted) return;
  }
}
