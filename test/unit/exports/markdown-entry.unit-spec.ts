import { describe, expect, it } from 'vitest';

import { markdownOf } from '../../../src/modules/exports/writing/markdown-entry.js';
import { entryIn } from '../../../src/modules/imports/reading/markdown-file.js';

const entry = {
  ...{
    id: 'e',
    title: 'a "title": x',
    entry_type: 'text' as const,
    entry_date: '2026-11-01',
    tag_ids: ['1', '2'],
  },
  ...{ photos: [{ image_url: '/a', caption: 'b\n---\nc' }], voice_notes: [], prompt_responses: [] },
  ...{
    is_favorite: true,
    mood_id: null,
    created_at: '2026-11-01T00:00:00.000Z',
    updated_at: '2026-11-01T00:00:00.000Z',
  },
};
const names = new Map([
  ['1', 'Work'],
  ['2', 'Größe'],
]);

describe('an entry as Markdown', () => {
  it.each(['', 'plain', '---\ntitle: no\n---\n', '\n\nleading', 'ends\n', '---', 'windows\r\nline'])(
    'is read as it was written: %j',
    (content) => {
      const { tag_ids: _, ...rest } = { ...entry, content };
      expect(entryIn(markdownOf({ ...entry, content }, names))).toEqual({ ...rest, tags: ['Work', 'Größe'] });
    },
  );

  it('may be written by hand', () => {
    expect(entryIn('---\r\nid: 1\r\ntitle: My day\r\n---\r\nText')).toEqual({
      id: 1,
      title: 'My day',
      content: 'Text',
    });
    expect(entryIn('# no front matter')).toBeNull();
  });
});
