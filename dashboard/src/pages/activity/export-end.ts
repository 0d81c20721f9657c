const LONGEST_END = 100;

/** The number of entries that the end mark of an export states. Null if there is no end mark. */
export async function countOf(file: Blob): Promise<number | null> {
  const end = await file.slice(Math.max(0, file.size - LONGEST_END)).text();
  const [, count] = /(?:\{"end":true,"count":|#end,)(\d+)\}?[\r\n]*$/.exec(end) ?? [];
  return count === undefined ? null : Number(count);
}
