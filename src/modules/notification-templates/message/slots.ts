/**
 * How a value is written in its place. `text`: unchanged; `html`: escaped; `url`: escaped, at the beginning of an
 * address; `css`: a plain value of a style; `select`: compared with the options; `number` and `date`: formatted.
 */
export type SlotKind = 'text' | 'html' | 'url' | 'css' | 'select' | 'number' | 'date';

/** A place of a message that takes a value. */
export interface Slot {
  kind: SlotKind;
  /** The name of the variable. */
  name: string;
  offset: number;
}

/**
 * The name under which the formatter gets the value of a slot, because one variable may occur in places of several
 * kinds.
 */
export const slotKey = ({ kind, name }: Pick<Slot, 'kind' | 'name'>): string => `${kind}:${name}`;
