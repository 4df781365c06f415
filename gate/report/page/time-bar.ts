/** Stays in sight above the charts: where in the run the reader is, and the ways to move. */
import type { PageData } from './data.ts';
import { element } from './dom.ts';
import { clock, count, span } from './figures.ts';

export interface TimeActions {
  /** Shows so many times as much. */
  zoom: (factor: number) => void;
  /** Moves by this share of what is shown. */
  move: (share: number) => void;
  show: (from: number, to: number) => void;
  /** Takes another of the page's resolutions. */
  resolve: (index: number) => void;
}

export class TimeBar {
  readonly #seconds: number;
  readonly #range = element('output');
  readonly #seen = element('div', { className: 'seen' });
  readonly #cursor = element('div', { className: 'cursor', hidden: true });
  readonly #all: HTMLButtonElement;
  readonly #sideways: HTMLButtonElement[];

  constructor(place: HTMLElement, { seconds, bands, resolutions, resolution }: PageData, actions: TimeActions) {
    this.#seconds = seconds;
    this.#all = button('Show all', '', () => actions.show(0, seconds));
    this.#sideways = [button('←', 'Earlier', () => actions.move(-0.5)), button('→', 'Later', () => actions.move(0.5))];
    const windows = resolutions.map((each, index) =>
      element('option', { value: String(index), selected: index === resolution }, span(each.seconds)),
    );
    const select = element('select', {}, ...windows);
    select.addEventListener('change', () => actions.resolve(Number(select.value)));

    const controls = element(
      'div',
      { className: 'controls' },
      this.#range,
      element('label', {}, element('span', {}, 'Each point '), select),
      button('+', 'Zoom in', () => actions.zoom(0.5)),
      button('−', 'Zoom out', () => actions.zoom(2)),
      ...this.#sideways,
      this.#all,
    );
    const phases = bands.map(({ phase, users, from, to }) => {
      const text = users > 0 ? `${phase} · ${count(users)}` : phase;
      const made = button(text, `Show ${text}, ${clock(from)} to ${clock(to)}`, () => actions.show(from, to));
      this.#place(made, from, to);
      return made;
    });
    place.append(controls, element('div', { className: 'strip' }, ...phases, this.#seen, this.#cursor));
    place.hidden = false;
  }

  showing(from: number, to: number): void {
    const all = from <= 0 && to >= this.#seconds;
    this.#range.textContent = `${clock(from)} to ${clock(to)}${all ? ', the whole run' : ''}`;
    this.#all.disabled = all;
    for (const each of this.#sideways) each.disabled = all;
    this.#seen.hidden = all;
    this.#place(this.#seen, from, to);
  }

  pointAt(second: number | null): void {
    this.#cursor.hidden = second === null;
    if (second !== null) this.#cursor.style.left = `${(100 * second) / this.#seconds}%`;
  }

  #place({ style }: HTMLElement, from: number, to: number): void {
    style.left = `${(100 * from) / this.#seconds}%`;
    style.width = `${(100 * (to - from)) / this.#seconds}%`;
  }
}

/** @param name what the button does, where its text alone doesn't say */
function button(text: string, name: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', title: name }, text);
  if (name) made.setAttribute('aria-label', name);
  made.addEventListener('click', onClick);
  return made;
}
