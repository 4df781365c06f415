/** A text of somebody else's, such as an error's message, on one line. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*[\n\r]\s*/g, ' ');
}
