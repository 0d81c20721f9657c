/**
 * Whether two values of a document are equal. The order of members does not count, because jsonb does not keep it. A
 * moment is not equal to a text.
 */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Date || other instanceof Date) return timeOf(one) === timeOf(other);
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((member, index) => isSameValue(member, other[index]))
    );
  }
  return differingFields(one, other).length === 0;
}

/** The names of the members that differ or that exist on one side only. */
export function differingFields(one: object, other: object): string[] {
  const [a, b] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  const ofOne = Object.keys(a).filter((name) => !Object.hasOwn(b, name) || !isSameValue(a[name], b[name]));
  return [...ofOne, ...Object.keys(b).filter((name) => !Object.hasOwn(a, name))];
}

const timeOf = (value: object): number | object => (value instanceof Date ? value.getTime() : value);
