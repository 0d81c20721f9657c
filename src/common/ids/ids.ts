import { v7, validate, version } from 'uuid';

/** UUIDv7 (RFC 9562): sorts by the time it was made, so that primary keys are inserted in order. */
export const newId = (): string => v7();

/** The same for a moment that is kept beside the id: `madeAt` gives it back. */
export const newIdAt = (at: Date): string => v7({ msecs: at.getTime() });

/** Whether a path or query value can be an id of ours at all. */
export const isId = (value: string): boolean => validate(value) && version(value) === 7;

/** An id of ours in the one spelling under which it is kept and looked for (RFC 9562, section 4); other text as it is. */
export const canonicalId = (value: string): string => (isId(value) ? value.toLowerCase() : value);

/** When an id of ours was made (RFC 9562, section 5.7); the beginning of 1970 for the nil UUID. */
export const madeAt = (id: string): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
