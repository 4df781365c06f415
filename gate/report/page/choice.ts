import { element } from './dom.ts';

/** Adds a list to choose from to a figure, under its caption; with one entry there is nothing to choose. */
export function choice(
  figure: HTMLElement,
  label: string,
  entries: { label: string; value: number }[],
  onChange: (value: number) => void,
): void {
  if (entries.length < 2) return;
  const options = entries.map(({ label: text, value }) => element('option', { value: String(value) }, text));
  const select = element('select', {}, ...options);
  select.addEventListener('change', () => onChange(Number(select.value)));
  let choices = figure.querySelector('.choices');
  if (!choices) {
    choices = element('div', { className: 'choices' });
    figure.querySelector('figcaption')!.after(choices);
  }
  choices.append(element('label', {}, label, select));
}
