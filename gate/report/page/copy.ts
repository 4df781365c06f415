/** Copies tables as CSV. */
import { csvRow } from './csv.ts';
import { element } from './dom.ts';

/** @param say tells the reader, also one who doesn't see the button, how it went */
export function enableCopying(say: (text: string) => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const table = document.getElementById(button.dataset.copy!) as HTMLTableElement;
      void copyTable(table, button, say);
    });
  }
}

/** Copies a table and says so on its button for a moment. */
export async function copyTable(
  table: HTMLTableElement,
  button: HTMLButtonElement,
  say: (text: string) => void,
): Promise<void> {
  const copied = await copy(csvOf(table));
  const label = button.textContent;
  button.textContent = copied ? 'Copied' : 'Copying was refused';
  say(copied ? `Copied ${table.rows.length - 1} rows.` : 'The browser refused to copy.');
  setTimeout(() => {
    button.textContent = label;
  }, 1_500);
}

/** A row a line, cells as they read. */
function csvOf(table: HTMLTableElement): string {
  const rows = [...table.rows].map((row) =>
    csvRow([...row.cells].map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim())),
  );
  return `${rows.join('\n')}\n`;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from a file, or over plain HTTP, may have no clipboard; the old way still works there.
    const area = element('textarea', { value: text, className: 'unseen' });
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}
