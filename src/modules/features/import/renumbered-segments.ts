import type { ImportedFlag } from './import-plan.js';

/** A flag with the segment numbers of the document replaced by those of this service. */
export function withSegments(flag: ImportedFlag, numbers: ReadonlyMap<number, number>): ImportedFlag {
  if (numbers.size === 0) return flag;
  const environments = Object.entries(flag.environments).map(([name, environment]) => [
    name,
    {
      ...environment,
      strategies: environment.strategies.map((strategy) => ({
        ...strategy,
        ...(strategy.segments && { segments: strategy.segments.map((id) => numbers.get(id) ?? id) }),
      })),
    },
  ]);
  return { ...flag, environments: Object.fromEntries(environments) as ImportedFlag['environments'] };
}
