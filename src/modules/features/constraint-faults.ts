import semver from 'semver';

import type { FieldError } from '../../common/errors/domain-error.js';
import { parseRange } from './evaluation/ip-range.js';
import { compiledRegex, isOperator, type OperatorName } from './evaluation/operators.js';
import type { Constraint } from './evaluation/unleash-document.js';

type Fault = Omit<FieldError, 'path'> & { member: 'operator' | 'value' | 'values' };

/** The faults of a list of constraints, each with its path. */
export const faultsOfConstraints = (path: string, constraints: readonly Constraint[]): FieldError[] =>
  constraints.flatMap((constraint, at) =>
    faultsOf(constraint).map(({ member, ...fault }) => ({ path: `${path}.${at}.${member}`, ...fault })),
  );

function faultsOf(constraint: Constraint): Fault[] {
  const { operator } = constraint;
  if (!isOperator(operator))
    return [{ member: 'operator', code: 'unknown_operator', message: `There is no operator ${operator}.` }];
  return operandFaults(operator, constraint);
}

function operandFaults(operator: OperatorName, { value, values = [] }: Constraint): Fault[] {
  switch (operator) {
    case 'IN':
    case 'NOT_IN':
    case 'STR_STARTS_WITH':
    case 'STR_ENDS_WITH':
    case 'STR_CONTAINS':
      return values.length > 0 ? [] : [required('values')];
    case 'IN_CIDR':
      if (values.length === 0) return [required('values')];
      return values.every((range) => parseRange(range.trim()) !== null)
        ? []
        : [
            invalid(
              'values',
              'invalid_cidr',
              'must be addresses or ranges such as 10.0.0.0/8 or 2001:db8::/32',
            ),
          ];
    case 'NUM_EQ':
    case 'NUM_GT':
    case 'NUM_GTE':
    case 'NUM_LT':
    case 'NUM_LTE':
      return single(value, (given) => given.trim() !== '' && Number.isFinite(Number(given)), 'number');
    case 'DATE_AFTER':
    case 'DATE_BEFORE':
      return single(value, (given) => !Number.isNaN(Date.parse(given)), 'date');
    case 'SEMVER_EQ':
    case 'SEMVER_GT':
    case 'SEMVER_GTE':
    case 'SEMVER_LT':
    case 'SEMVER_LTE':
      return single(value, (given) => semver.valid(given) !== null && !given.startsWith('v'), 'version');
    case 'REGEX':
      return single(value, (given) => compiledRegex(given) !== null, 'regex');
  }
}

const WHAT = {
  number: 'must be a number',
  date: 'must be a date',
  version: 'must be a version such as 1.2.3 (semver.org)',
  regex: 'must be a regular expression of RE2: without look-around and back-references',
} as const;

function single(
  value: string | undefined,
  isValid: (value: string) => boolean,
  kind: keyof typeof WHAT,
): Fault[] {
  if (value === undefined) return [required('value')];
  return isValid(value) ? [] : [invalid('value', `invalid_${kind}`, WHAT[kind])];
}

const required = (member: Fault['member']): Fault =>
  invalid(member, 'required', 'is required by the operator');
const invalid = (member: Fault['member'], code: string, message: string): Fault => ({
  member,
  code,
  message,
});
