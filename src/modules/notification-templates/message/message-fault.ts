/** A fault of a message, and its position in the text, counted in UTF-16 units. */
export interface MessageFault {
  offset: number;
  code: string;
  message: string;
}

/** For people: the first line and the first column are 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: before.length - before.lastIndexOf('\n') };
}
