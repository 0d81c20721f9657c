import { LRUCache } from 'lru-cache';

type PluralType = 'cardinal' | 'ordinal';

/**
 * Numbers that people count with: whole numbers, some fractions, and the powers of ten for which some languages have a
 * form.
 */
const SAMPLES = [
  ...Array.from({ length: 201 }, (_, n) => n),
  ...Array.from({ length: 101 }, (_, n) => n / 10).filter((n) => !Number.isInteger(n)),
  ...[0.01, 0.25, 1.25, 1_000, 10_000, 100_000, 1_000_000, 2_000_000, 10_000_000],
];

const needs = new LRUCache<string, ReadonlyMap<string, readonly number[]>>({ max: 500 });

/** The plural categories of a language, each with samples of its numbers. The syntax itself demands `other`. */
function categoriesOf(locale: string, type: PluralType): ReadonlyMap<string, readonly number[]> {
  const key = `${type}:${locale}`;
  const known = needs.get(key);
  if (known) return known;
  const rules = new Intl.PluralRules(locale, { type });
  const bySample = Map.groupBy(type === 'ordinal' ? SAMPLES.filter(Number.isInteger) : SAMPLES, (n) =>
    rules.select(n),
  );
  const categories = new Map<string, readonly number[]>(
    rules.resolvedOptions().pluralCategories.map((name) => [name, bySample.get(name) ?? []]),
  );
  needs.set(key, categories);
  return categories;
}

/**
 * The categories that a choice lacks. A category does not lack if all of its numbers are named (`=1` for `one` in
 * English).
 */
export function missingCategories(
  locale: string,
  type: PluralType,
  options: ReadonlySet<string>,
  offset: number,
): string[] {
  const isNamed = (samples: readonly number[]): boolean =>
    samples.length > 0 && samples.every((n) => options.has(`=${n + offset}`));
  return [...categoriesOf(locale, type)]
    .filter(([name, samples]) => !options.has(name) && !isNamed(samples))
    .map(([name]) => name);
}
