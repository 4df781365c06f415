/** Light and dark: as the system has it, until the reader chooses; paper is always light. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const print = matchMedia('print');

/** @param redraw called when colours have changed */
export function enableThemes(redraw: () => void): void {
  const button = document.querySelector<HTMLButtonElement>('#theme')!;
  const root = document.documentElement;
  let chosen = '';
  const isDark = () => (chosen ? chosen === 'dark' : dark.matches);
  const apply = () => {
    root.style.colorScheme = print.matches ? 'light' : chosen;
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Show in ${isDark() ? 'light' : 'dark'} colours`);
    redraw();
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    chosen = isDark() ? 'light' : 'dark';
    apply();
  });
  dark.addEventListener('change', apply);
  print.addEventListener('change', apply);
  apply();
}
