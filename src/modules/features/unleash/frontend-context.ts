import type { ContextInput } from '../evaluation/evaluation-context.js';

const PROPERTY = /^properties\[(.+)\]$/;

/**
 * `?userId=ada&properties[plan]=pro`, the form in which the SDKs for browsers write a context. Of a repeated parameter
 * the last value counts.
 */
export function contextOfQuery(query: Readonly<Record<string, unknown>>): ContextInput {
  const fields = Object.entries(query).map(
    ([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value] as const,
  );
  const properties = fields.flatMap(([name, value]) => {
    const property = PROPERTY.exec(name)?.[1];
    return property === undefined ? [] : [[property, value] as const];
  });
  return {
    ...Object.fromEntries(fields.filter(([name]) => !PROPERTY.test(name))),
    properties: Object.fromEntries(properties),
  };
}

/** The context is either in the member `context`, or is the body itself. */
export const contextOfBody = ({ context, ...fields }: Readonly<Record<string, unknown>>): ContextInput =>
  typeof context === 'object' && context !== null ? (context as ContextInput) : fields;

/** Adds the client's address, because browsers do not know their own. */
export const withAddress = (context: ContextInput, address: string): ContextInput =>
  context['remoteAddress'] ? context : { ...context, remoteAddress: address };
