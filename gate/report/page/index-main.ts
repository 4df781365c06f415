/** The script of results/index.html: shows the runs of one test. */
import { enableThemes } from './theme.ts';

const filter = document.querySelector<HTMLSelectElement>('#filter');
if (filter) {
  const status = document.getElementById('status')!;
  filter.closest('label')!.hidden = false;
  filter.addEventListener('change', () => {
    let shown = 0;
    for (const part of document.querySelectorAll<HTMLElement>('[data-test]')) {
      part.hidden = filter.value !== '' && part.dataset.test !== filter.value;
      if (part.matches('tr') && !part.hidden) shown++;
    }
    status.textContent = `${shown} runs.`;
  });
}
enableThemes(() => {});
