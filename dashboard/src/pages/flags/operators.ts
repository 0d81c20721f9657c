const LISTS = ['IN', 'NOT_IN', 'STR_STARTS_WITH', 'STR_ENDS_WITH', 'STR_CONTAINS', 'IN_CIDR'] as const;

/** Unleash's operators, as the service evaluates them. */
export const OPERATORS: readonly string[] = [
  ...LISTS,
  ...['NUM_EQ', 'NUM_GT', 'NUM_GTE', 'NUM_LT', 'NUM_LTE'],
  ...['DATE_AFTER', 'DATE_BEFORE'],
  ...['SEMVER_EQ', 'SEMVER_GT', 'SEMVER_GTE', 'SEMVER_LT', 'SEMVER_LTE', 'REGEX'],
];

/** Whether the operator compares with several values. The others have one value. */
export const takesList = (operator: string): boolean => (LISTS as readonly string[]).includes(operator);
