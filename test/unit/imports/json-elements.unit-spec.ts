import { describe, expect, it } from 'vitest';

import { JsonElements } from '../../../src/modules/imports/reading/json-elements.js';
import { UnreadableFile } from '../../../src/modules/imports/imports.errors.js';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function elementsOf(text: string, size: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { member, isItem, text: part } of new JsonElements().of(inPieces(text, size)))
    found.push([member, isItem, JSON.parse(part.toString())]);
  return found;
}

const DOCUMENT = {
  version: 1,
  'na"me\\': null,
  none: [],
  items: [{ a: '[{"}],\\"', b: [1, [2]] }, 'te,xt]', 12.5e3, true, null, [[]], {}, '„ü“'],
  last: { deep: { er: ['x'] } },
};
const EXPECTED = [
  ['version', false, 1],
  ['na"me\\', false, null],
  ...DOCUMENT.items.map((item) => ['items', true, item]),
  ['last', false, DOCUMENT.last],
];

describe('JsonElements', () => {
  it.each([1, 2, 3, 7, 64, 100_000])('takes a document apart, in pieces of %d bytes', async (size) => {
    expect(await elementsOf(JSON.stringify(DOCUMENT), size)).toEqual(EXPECTED);
    expect(await elementsOf(JSON.stringify(DOCUMENT, null, 2), size)).toEqual(EXPECTED);
    expect(await elementsOf('[1 , "a",{"b":2}\n]', size)).toEqual([
      [null, true, 1],
      [null, true, 'a'],
      [null, true, { b: 2 }],
    ]);
  });

  it.each([
    '',
    '{',
    '[1',
    '"text"',
    '{"a"}',
    '{"a":1',
    '{"a" 1}',
    '{"a":[1 2]}',
    '{}x',
    '[1]]',
    '{"a":]}',
    '{1:2}',
    '{"a":[:]}',
    '{"a":1,}',
    '[1,]',
  ])('refuses %s', async (text) => {
    await expect(elementsOf(text, 3)).rejects.toThrow(UnreadableFile);
  });
});
