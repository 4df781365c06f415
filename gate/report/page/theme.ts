/** Light and dark: as the system has it, until the reader chooses; paper is always light. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const print = matchMedia('print');

/** @param redraw called when colours have changed */
export function enableThemes(redraw: () => void): void {
  const button = document.querySelector<HTMLButtonElement>('#theme')!;
  const { dataset } = document.documentElement;
  let chosen = '';
  const isDark = () => (chosen ? chosen === 'dark' : dark.matches);
  const apply = (theme: string) => {
    dataset.theme = theme;
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Show in ${isDark() ? 'light' : 'dark'} colours`);
    redraw();
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    chosen = isDark() ? 'light' : 'dark';
    apply(chosen);
  });
  dark.addEventListener('change', () => apply(chosen));
  // The style sheet alone makes paper light; what is drawn has to be drawn anew, in time.
  print.addEventListener('change', () => apply(print.matches ? 'light' : chosen));
  addEventListener('beforeprint', () => apply('light'));
  addEventListener('afterprint', () => apply(chosen));
  apply(chosen);
}
