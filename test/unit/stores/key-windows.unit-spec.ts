import { describe, expect, it } from 'vitest';

import { narrowBounds } from '../../../src/stores/mongo/key-windows.js';

const boundsOf = (...given: Parameters<typeof narrowBounds>) => narrowBounds(...given).map(({ $lt }) => $lt);

describe('the windows above a text', () => {
  it('end where fewer and fewer characters are shared', () => {
    expect(boundsOf('key-0057', 'key-', 8)).toEqual(['key-0058', 'key-006', 'key-01', 'key-1']);
  });

  it('begin with what the last page shared', () => {
    expect(boundsOf('key-0057', 'key-', 5)).toEqual(['key-01', 'key-1']);
  });

  it('are at most sixteen, however long the text is', () => {
    expect(boundsOf('k'.repeat(512), '', 512)).toHaveLength(16);
  });

  it('pass over surrogates, and over what has no successor', () => {
    expect(boundsOf('a\uD7FF', 'a', 2)).toEqual(['a\uE000']);
    expect(boundsOf('\u{1F600}', '', 1)).toEqual(['\u{1F601}']);
    expect(boundsOf('a\u{10FFFF}', '', 2)).toEqual(['b']);
  });
});
