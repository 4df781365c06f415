/** Aborted at Ctrl-C, or when the process is told to end; asking again changes nothing. */
export function interruption(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  return abort.signal;
}
