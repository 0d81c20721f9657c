import type { Feature } from './feature.js';
import { FEATURES } from './features.js';
import type { Declarations } from './flows/declarations.js';
import { ownersProjection } from './flows/erasure/owners.projection.js';

function assertUnique(what: string, names: readonly string[]): void {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0)
    throw new Error(`src/features.ts: ${what} declared twice: ${[...new Set(repeated)].join(', ')}`);
}

/** The names of the controllers of a feature's own module. The cache distinguishes routes by them. */
function controllersOf({ module }: Feature): string[] {
  const own = 'module' in module ? module.module : module;
  const controllers: unknown = Reflect.getMetadata('controllers', own);
  return Array.isArray(controllers) ? controllers.map((controller: { name: string }) => controller.name) : [];
}

/** Combines the declarations of all features. Throws if two of them declare the same, or if a part is missing. */
export function declarationsOf(features: readonly Feature[]): Declarations {
  const owned = features.flatMap(({ collections = [] }) => collections);
  const declared = {
    resources: features.flatMap(({ name, resources }) => resources ?? [name]),
    eventTypes: features.flatMap(({ events = [] }) => events),
    collections: owned,
    projections: [...features.flatMap(({ projections = [] }) => projections), ownersProjection(owned)],
    checks: features.flatMap(({ checks = [] }) => checks),
    erasers: features.flatMap(({ erasers = [] }) => erasers),
    cachedLoads: features.flatMap(({ cachedLoads = [] }) => cachedLoads),
  };
  const { resources, eventTypes, collections, projections } = declared;
  const compared = projections.flatMap((projection) => projection.compared ?? []);
  assertUnique(
    'feature',
    features.map(({ name }) => name),
  );
  assertUnique('resource', resources);
  assertUnique('event type', eventTypes);
  assertUnique(
    'collection',
    collections.map(({ name }) => name),
  );
  assertUnique(
    'projection',
    projections.map(({ name }) => name),
  );
  assertUnique(
    'check',
    compared.map(({ check }) => check),
  );
  assertUnique('controller', features.flatMap(controllersOf));
  const homeless = compared.filter(({ collection }) => !collections.some(({ name }) => name === collection));
  if (homeless.length > 0)
    throw new Error(
      `No feature declares the collection ${homeless.map((copy) => copy.collection).join(', ')}`,
    );
  const [addressedEntries, ...others] = features.flatMap((feature) => feature.addressedEntries ?? []);
  if (!addressedEntries || others.length > 0)
    throw new Error('Exactly one feature keeps the entries that repeat the addresses of accounts');
  return { ...declared, addressedEntries };
}

/** The declarations of the features in src/features.ts. */
export const DECLARED: Declarations = declarationsOf(FEATURES);
