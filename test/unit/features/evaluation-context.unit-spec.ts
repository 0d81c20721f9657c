import { expect, it } from 'vitest';

import { contextOf } from '../../../src/modules/features/evaluation/evaluation-context.js';

const fieldOf = (value: unknown) => contextOf({ field: value }, 0).fields['field'];

it.each([
  [['a', 2, true, null], 'a,2,true,'],
  [['a', ['b', ['c']]], 'a,b,c'],
  [[{}], '[object Object]'],
  [[{ toString: true }, { valueOf: 1, toString: null }], '[object Object],[object Object]'],
  [{ toString: true }, undefined],
])('the field %j is %j', (value, text) => {
  expect(fieldOf(value)).toBe(text);
});
