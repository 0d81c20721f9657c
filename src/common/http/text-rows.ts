type Value = string | number | boolean | null | undefined;

/** One JSON value a line, and a last line with the count. Without that line, the answer was cut off. */
export async function* toNdjson(items: AsyncIterable<object>): AsyncGenerator<string> {
  let count = 0;
  for await (const item of items) {
    count += 1;
    yield `${JSON.stringify(item)}\n`;
  }
  yield `${JSON.stringify({ end: true, count })}\n`;
}

/** CSV (RFC 4180) with a header row, and a last row `#end,<count>`. */
export async function* toCsv(
  columns: readonly string[],
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
): AsyncGenerator<string> {
  yield csvRow(columns);
  let count = 0;
  for await (const row of rows) {
    count += 1;
    yield csvRow(columns.map((column) => cellOf(row[column])));
  }
  yield csvRow(['#end', count]);
}

const csvRow = (values: readonly Value[]): string => `${values.map(field).join(',')}\r\n`;

const cellOf = (value: unknown): Value => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : String(value as bigint);
};

/**
 * Puts an apostrophe before a text that a spreadsheet would treat as a formula, even in full width (OWASP, CSV
 * injection).
 */
function field(value: Value): string {
  if (value === null || value === undefined) return '';
  const text =
    typeof value === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
