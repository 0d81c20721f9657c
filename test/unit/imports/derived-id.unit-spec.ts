import { describe, expect, it } from 'vitest';

import { isId, madeAt, newId } from '../../../src/common/ids/ids.js';
import { derivedId } from '../../../src/modules/imports/intake/derived-id.js';

const owner = { orgId: newId(), userId: newId() };

describe('derivedId', () => {
  it('is one id for one record of one person, and another one else', () => {
    const source = newId();
    const ids = [
      derivedId(owner, 'entries', source),
      derivedId({ ...owner, userId: newId() }, 'entries', source),
      derivedId({ ...owner, orgId: newId() }, 'entries', source),
      derivedId(owner, 'moods', source),
      derivedId(owner, 'entries', newId()),
      derivedId(owner, 'entries', '17'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(derivedId(owner, 'entries', source)).toBe(ids[0]);
    expect(ids.every(isId)).toBe(true);
    expect(madeAt(ids[0] ?? '')).toEqual(madeAt(source));
  });
});
