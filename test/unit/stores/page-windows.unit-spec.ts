import { describe, expect, it } from 'vitest';

import { firstWindow, learnt, nextWindow } from '../../../src/stores/mongo/page-windows.js';
import { uuidV7Key } from '../../../src/stores/mongo/sort-keys.js';

const NOW = 1_000_000_000;
const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;

describe('windows of a newest-first page', () => {
  it('begin with a second, and reach beyond now', () => {
    expect(firstWindow(POSITIVE_INFINITY, NOW, undefined)).toEqual({
      fromMs: NOW - 1_000,
      toMs: POSITIVE_INFINITY,
    });
  });

  it('begin where the first page ended the last time, and below a position with the span of a page', () => {
    const hint = { spanMs: 100, headMs: 5 };
    expect(firstWindow(POSITIVE_INFINITY, NOW, hint)).toEqual({ fromMs: 5, toMs: POSITIVE_INFINITY });
    expect(firstWindow(NOW, NOW, hint)).toEqual({ fromMs: NOW - 150, toMs: NOW });
  });

  it.each([
    ['nothing found: four times what is covered', 1_000, 0, 50, 4_000],
    ['some found: as wide as their density says', 1_000, 25, 25, 1_500],
    ['few found: no more than four times', 1_000, 1, 49, 4_000],
    ['almost enough found: never nothing', 1, 50, 1, 1],
  ])('go on: %s', (_, coveredMs, found, missing, spanMs) => {
    const last = { fromMs: NOW, toMs: NOW + coveredMs };
    expect(nextWindow(last, coveredMs, found, missing, undefined)).toEqual({
      fromMs: NOW - spanMs,
      toMs: NOW,
    });
  });

  it('take in everything older past twenty years, and at the known end of the list', () => {
    const last = { fromMs: NOW, toMs: NOW + 10 };
    expect(nextWindow(last, 1e12, 0, 1, undefined).fromMs).toBe(NEGATIVE_INFINITY);
    expect(nextWindow(last, 10, 0, 1, { spanMs: 1, endMs: NOW - 40 }).fromMs).toBe(NEGATIVE_INFINITY);
    expect(nextWindow(last, 10, 0, 1, { spanMs: 1, endMs: NOW - 41 }).fromMs).toBe(NOW - 40);
  });

  it('learn from each page', () => {
    const head = learnt(undefined, { lastMs: 70, startMs: 100, isHead: true, isEnd: false });
    expect(head).toEqual({ spanMs: 30, headMs: 70 });
    const later = learnt(head, { lastMs: 40, startMs: 70, isHead: false, isEnd: true });
    expect(later).toEqual({ spanMs: 30, headMs: 70, endMs: 40 });
    expect(learnt(undefined, { lastMs: null, startMs: 100, isHead: true, isEnd: true })).toEqual({
      spanMs: 1,
      headMs: NEGATIVE_INFINITY,
    });
  });

  it('lie on the milliseconds of a UUIDv7', () => {
    const id = '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11';
    const ms = 0x01981c7e52a0;
    expect(uuidV7Key.toMs(id)).toBe(ms);
    expect(uuidV7Key.fromMs(ms)).toBe('01981c7e-52a0-');
    expect(uuidV7Key.fromMs(-5)).toBe('00000000-0000-');
  });
});
