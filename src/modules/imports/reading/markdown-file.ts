const FRONT = /^---\r?\n([\s\S]*?)(?:^|\r?\n)---(?:\r?\n|$)/;
const LINE = /^(\w+):[ \t]*(.*)$/;

/**
 * The entry in a Markdown file, as `exports` writes it: front matter with a value of JSON, or a plain text, in each line, and the
 * content as it stands behind it. Null where there is no front matter.
 */
export function entryIn(text: string): Record<string, unknown> | null {
  const front = FRONT.exec(text);
  if (!front) return null;
  const fields = (front[1] ?? '').split(/\r?\n/).flatMap((line) => {
    const [, name, value = ''] = LINE.exec(line) ?? [];
    return name === undefined ? [] : [[name, valueOf(value.trim())] as const];
  });
  return { ...Object.fromEntries(fields), content: text.slice(front[0].length) };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Written by hand: YAML needs no quotes around a text.
    return text;
  }
}
