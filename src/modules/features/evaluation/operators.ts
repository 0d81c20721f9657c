import { RE2JS } from 're2js';
import semver from 'semver';

import type { EvaluationContext } from './evaluation-context.js';
import { isWithin, parseAddress, parseRange } from './ip-range.js';
import type { Constraint } from './unleash-document.js';

/** Whether a person fulfils a constraint, before its inversion. */
export type Test = (context: EvaluationContext) => boolean;

type Operator = (constraint: Constraint) => Test;

export const never: Test = () => false;

const wordsOf = ({ values = [] }: Constraint): string[] =>
  values.filter((value) => value !== '').map((value) => value.trim());

const isIn =
  (isWanted: boolean): Operator =>
  (constraint) => {
    const values = new Set<string | undefined>(wordsOf(constraint));
    return ({ fields }) => values.has(fields[constraint.contextName]) === isWanted;
  };

const text =
  (fits: (value: string, word: string) => boolean): Operator =>
  (constraint) => {
    const { contextName, caseInsensitive = false } = constraint;
    const fold = (word: string): string => (caseInsensitive ? word.toLowerCase() : word);
    const words = wordsOf(constraint).map(fold);
    return ({ fields }) => {
      const value = fields[contextName];
      if (value === undefined) return false;
      const folded = fold(value);
      return words.some((word) => fits(folded, word));
    };
  };

const number =
  (fits: (value: number, bound: number) => boolean): Operator =>
  ({ contextName, value }) => {
    const bound = Number(value);
    return ({ fields }) => fits(Number(fields[contextName]), bound);
  };

/** Compares the current time, whatever field the constraint names. */
const date =
  (fits: (now: number, moment: number) => boolean): Operator =>
  ({ value = '' }) => {
    const moment = new Date(value).getTime();
    return ({ now }) => fits(now, moment);
  };

const version =
  (fits: (order: number) => boolean): Operator =>
  ({ contextName, value = '' }) => {
    const bound = semver.parse(value);
    return ({ fields }) => {
      const given = fields[contextName] ?? '';
      const parsed = given.startsWith('v') ? null : semver.parse(given);
      return bound !== null && parsed !== null && fits(semver.compare(parsed, bound));
    };
  };

/**
 * Takes time linear in the length of the text, whatever the expression (RE2), which has no look-around and no
 * back-references.
 */
const regex: Operator = ({ contextName, value = '', caseInsensitive = false }) => {
  const expression = compiledRegex(value, caseInsensitive);
  if (!expression) return never;
  return ({ fields }) => {
    const given = fields[contextName];
    return given !== undefined && expression.matcher(given).find();
  };
};

/** Null if RE2 does not support the expression. */
export function compiledRegex(expression: string, isCaseInsensitive = false): RE2JS | null {
  try {
    return RE2JS.compile(expression, isCaseInsensitive ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    // Its errors have many classes and only report that the expression is not supported.
    return null;
  }
}

const isInCidr: Operator = (constraint) => {
  const ranges = wordsOf(constraint)
    .map(parseRange)
    .filter((range) => range !== null);
  return ({ fields }) => {
    const address = parseAddress(fields[constraint.contextName] ?? '');
    return address !== null && ranges.some((range) => isWithin(address, range));
  };
};

const OPERATORS = {
  IN: isIn(true),
  NOT_IN: isIn(false),
  STR_STARTS_WITH: text((value, word) => value.startsWith(word)),
  STR_ENDS_WITH: text((value, word) => value.endsWith(word)),
  STR_CONTAINS: text((value, word) => value.includes(word)),
  NUM_EQ: number((value, bound) => value === bound),
  NUM_GT: number((value, bound) => value > bound),
  NUM_GTE: number((value, bound) => value >= bound),
  NUM_LT: number((value, bound) => value < bound),
  NUM_LTE: number((value, bound) => value <= bound),
  DATE_AFTER: date((now, moment) => now > moment),
  DATE_BEFORE: date((now, moment) => now < moment),
  SEMVER_EQ: version((order) => order === 0),
  SEMVER_GT: version((order) => order > 0),
  SEMVER_GTE: version((order) => order >= 0),
  SEMVER_LT: version((order) => order < 0),
  SEMVER_LTE: version((order) => order <= 0),
  REGEX: regex,
  IN_CIDR: isInCidr,
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

export const isOperator = (name: string): name is OperatorName => Object.hasOwn(OPERATORS, name);

/** An unknown operator is never fulfilled, not even inverted. */
export function compileConstraint(constraint: Constraint): Test {
  if (!isOperator(constraint.operator)) return never;
  const test = OPERATORS[constraint.operator](constraint);
  return constraint.inverted ? (context) => !test(context) : test;
}
