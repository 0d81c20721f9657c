/** Ids as PostgreSQL's array literal, because the driver is configured not to fetch array types. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
