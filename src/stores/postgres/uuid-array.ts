/** Ids as PostgreSQL's array literal: the driver knows no array types, because it is told to fetch none. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
