/** The conditions of a list that its caller gave. Removes `undefined`, for which the driver would look for null. */
export const givenConditions = (filter: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
