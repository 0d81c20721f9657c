import { v7, validate, version } from 'uuid';

/** UUIDv7 (RFC 9562). Sorts by the time it was made, so that primary keys are inserted in order. */
export const newId = (): string => v7();

/** The same for a moment that is stored beside the id. `madeAt` returns that moment. */
export const newIdAt = (at: Date): string => v7({ msecs: at.getTime() });

/** Whether a path or query value has the form of our ids. */
export const isId = (value: string): boolean => validate(value) && version(value) === 7;

/**
 * An id in the one spelling under which it is stored and searched (RFC 9562, section 4). Other text is returned
 * unchanged.
 */
export const canonicalId = (value: string): string => (isId(value) ? value.toLowerCase() : value);

/** When an id of ours was made (RFC 9562, section 5.7); the beginning of 1970 for the nil UUID. */
export const madeAt = (id: string): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));

/** The smallest id that can be made at this moment. Null: before all ids. */
export function firstIdSince(moment: Date | null): string {
  const hex = (moment?.getTime() ?? 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
