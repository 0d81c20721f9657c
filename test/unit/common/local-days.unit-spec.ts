import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { nameKey } from '../../../src/common/text/name-key.js';
import { addDays, localDateOf, mondayOf, startOfLocalDay } from '../../../src/common/time/local-days.js';
import { canonicalTimeZone, isTimeZone } from '../../../src/common/time/time-zone.js';

/** Half-hour summer time, quarters of an hour, midnights that come twice or not at all, a date that was left out. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Havana',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Asia/Beirut',
] as const;

const dateByIntl = (zone: string): ((ms: number) => string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  return (ms) => format.format(ms);
};

const zone = fc.constantFrom(...ZONES);
const moment = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2037, 11, 31) });

describe('local days', () => {
  it('are the dates that Intl shows, at any moment', () => {
    fc.assert(
      fc.property(zone, moment, (name, ms) => {
        expect(localDateOf(new Date(ms), name)).toBe(dateByIntl(name)(ms));
      }),
      { numRuns: 2_000 },
    );
  });

  it('begin at the first moment of their date, and the one before is of another', () => {
    fc.assert(
      fc.property(zone, moment, (name, ms) => {
        const shown = dateByIntl(name);
        const date = shown(ms);
        const start = startOfLocalDay(date, name).getTime();
        const end = startOfLocalDay(addDays(date, 1), name).getTime();
        expect([start <= ms, ms < end]).toEqual([true, true]);
        expect([shown(start), shown(start - 1) < date, shown(end - 1)]).toEqual([date, true, date]);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['2025-11-02', 'America/Havana', '2025-11-02T04:00:00.000Z', 25],
    ['2025-03-09', 'America/Havana', '2025-03-09T05:00:00.000Z', 23],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00.000Z', 24.5],
    ['2026-11-21', 'Asia/Kathmandu', '2026-11-20T18:15:00.000Z', 24],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 0],
  ] as const)('%s in %s begins at %s and has %d hours', (date, name, start, hours) => {
    const begin = startOfLocalDay(date, name);
    const end = startOfLocalDay(addDays(date, 1), name);
    expect([begin.toISOString(), (end.getTime() - begin.getTime()) / 3_600_000]).toEqual([start, hours]);
  });

  it('have weeks from Monday, over months and years', () => {
    expect(['2026-11-21', '2026-11-16', '2027-01-01', '2024-03-03'].map(mondayOf)).toEqual([
      '2026-11-16',
      '2026-11-16',
      '2026-12-28',
      '2024-02-26',
    ]);
  });
});

describe('time zones', () => {
  it.each([
    ['Europe/Berlin', true],
    ['asia/kolkata', true],
    ['Etc/GMT+5', true],
    ['UTC', true],
    ['+01:00', false],
    ['-0800', false],
    ['Europe/Atlantis', false],
    ['', false],
    ['Local', false],
    [`Europe/${'x'.repeat(200)}`, false],
  ])('%s: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });

  it('have one spelling for the functions that keep something for each name', () => {
    expect(['europe/BERLIN', 'Europe/Berlin', 'utc'].map(canonicalTimeZone)).toEqual([
      'Europe/Berlin',
      'Europe/Berlin',
      'UTC',
    ]);
  });
});

describe('names', () => {
  it.each([
    ['Äpfel', 'äPFEL'],
    ['Straße', 'STRASSE'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['Ａ１', 'a1'],
    ['e\u0301t\u00E9', '\u00C9TE\u0301'],
  ])('%s and %s are one, whatever the case', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it('that differ in more than the case are two', () => {
    expect(nameKey('Work')).not.toBe(nameKey('Works'));
    expect(nameKey('resume')).not.toBe(nameKey('résumé'));
  });

  it('are folded once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => nameKey(nameKey(name)) === nameKey(name)),
    );
  });
});
