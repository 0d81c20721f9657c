import { describe, expect, it } from 'vitest';

import { derivedId, derivedNumber } from '../../../src/cli/migrate-from/derived-id.js';
import { isId, madeAt } from '../../../src/common/ids/ids.js';

const AT = new Date('2019-03-04T05:06:07.089Z');
const ORIGIN = { orgId: 'o', source: 's', kind: 'journal_entries', sourceId: '1' } as const;

describe('the id of a moved record', () => {
  it('is a UUIDv7 of the moment at which the record was made, and the same each time', () => {
    const id = derivedId(ORIGIN, AT);
    expect(isId(id)).toBe(true);
    expect(madeAt(id)).toEqual(AT);
    expect(derivedId({ ...ORIGIN }, new Date(AT))).toBe(id);
  });

  it.each([{ orgId: 'x' }, { source: 'x' }, { kind: 'tags' as const }, { sourceId: '2' }])(
    'is another one for %j',
    (other) => {
      expect(derivedId({ ...ORIGIN, ...other }, AT)).not.toBe(derivedId(ORIGIN, AT));
    },
  );

  it('goes with a number of a focus session that no start gives', () => {
    expect(derivedNumber(ORIGIN)).toBeLessThan(0);
    expect(Number.isSafeInteger(derivedNumber(ORIGIN))).toBe(true);
    expect(derivedNumber(ORIGIN)).toBe(derivedNumber({ ...ORIGIN }));
    expect(derivedNumber({ ...ORIGIN, sourceId: '2' })).not.toBe(derivedNumber(ORIGIN));
  });
});
