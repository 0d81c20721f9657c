import { type Slot, slotKey } from '../message/slots.js';
import { momentOf } from './moment-value.js';
import { VariableFault } from './variable-fault.js';

export type Values = Readonly<Record<string, unknown>>;
type Written = string | number | Date;

const ADDRESS = /^(?:https?:\/\/|mailto:)/i;
const PLAIN_STYLE = /^[\w#.,% -]*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For texts and quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

/**
 * The values for the formatter: an object without a prototype that has only the slots of the message. A value is
 * computed when the formatter reads it, so a value in a branch that is not taken may be missing.
 */
export function slotValues(slots: readonly Slot[], given: Values, timeZone: string): Record<string, Written> {
  const values = Object.create(null) as Record<string, Written>;
  for (const slot of slots) {
    let written: Written | undefined;
    const get = (): Written => (written ??= write(slot, valueOf(slot.name, given), timeZone));
    Object.defineProperty(values, slotKey(slot), { get, enumerable: true });
  }
  return values;
}

const valueOf = (name: string, given: Values): unknown =>
  Object.hasOwn(given, name) ? given[name] : undefined;

function write({ kind, name }: Slot, value: unknown, timeZone: string): Written {
  if (value == null) {
    if (kind !== 'number' && kind !== 'date') return '';
    throw new VariableFault(name, 'required', 'is needed by the message');
  }
  switch (kind) {
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw new VariableFault(name, 'invalid_type', 'must be a number here');
    case 'date': {
      const moment = momentOf(value, timeZone);
      if (moment) return moment;
      throw new VariableFault(name, 'invalid_format', 'must be a date or a moment as in RFC 3339');
    }
    case 'select':
      return typeof value === 'boolean' ? String(value) : textOf(name, value);
    case 'text':
      return textOf(name, value);
    case 'html':
      return escapeHtml(textOf(name, value));
    case 'url': {
      const address = textOf(name, value).trim();
      if (ADDRESS.test(address)) return escapeHtml(address);
      throw new VariableFault(name, 'unsafe_address', 'must begin with https://, http:// or mailto:');
    }
    case 'css': {
      const style = textOf(name, value);
      if (PLAIN_STYLE.test(style)) return style;
      throw new VariableFault(name, 'unsafe_style', 'must be a plain value of a style here');
    }
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new VariableFault(name, 'invalid_type', 'must be a text or a number here');
}
