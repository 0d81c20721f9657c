import type { Constraint } from '../evaluation/unleash-document.js';
import type { FlagStrategy, FlagVariant } from '../flag-config.js';
import { extrasOf } from '../import/exported-extras.js';
import type { EnvironmentFlags, RuledFlag } from '../snapshots/environment-flags.js';
import type { SegmentState } from '../snapshots/flag-snapshot.js';

const VERSION = 2;

/** The document that Unleash's SDKs read. It contains every member that any of them may read. */
export const clientDocumentOf = (flags: EnvironmentFlags, segments: readonly SegmentState[]) => ({
  version: VERSION,
  features: flags.all.map(toClientFeature),
  segments: segments.map(toClientSegment),
});

/** The same, with additions that only an import into this service understands. */
export const exportedDocumentOf = (flags: EnvironmentFlags, segments: readonly SegmentState[]) => ({
  version: VERSION,
  features: flags.all.map((flag) => ({
    ...toClientFeature(flag),
    triptych: extrasOf(flag.config, flags.environment, flag.rules),
  })),
  segments: segments.map(toClientSegment),
});

const toClientFeature = ({ key, config, rules: { feature } }: RuledFlag) => ({
  name: key,
  type: 'release',
  description: config.description,
  project: 'default',
  enabled: feature.enabled,
  stale: config.stale,
  impressionData: false,
  strategies: feature.strategies.map(toClientStrategy),
  variants: feature.variants.map(toClientVariant),
  dependencies: feature.dependencies,
});

const toClientStrategy = (strategy: FlagStrategy) => ({
  name: strategy.name,
  ...(strategy.title !== undefined && { title: strategy.title }),
  parameters: strategy.parameters ?? {},
  constraints: (strategy.constraints ?? []).map(toClientConstraint),
  segments: strategy.segments ?? [],
  variants: (strategy.variants ?? []).map(toClientVariant),
});

const toClientConstraint = ({ contextName, operator, values, value, ...how }: Constraint) => ({
  contextName,
  operator,
  values: values ?? [],
  ...(value !== undefined && { value }),
  inverted: how.inverted ?? false,
  caseInsensitive: how.caseInsensitive ?? false,
});

const toClientVariant = ({ name, weight, weightType, stickiness, payload, overrides }: FlagVariant) => ({
  name,
  weight,
  weightType: weightType ?? 'variable',
  // A variant of a strategy without a stickiness of its own uses that of the strategy.
  ...(stickiness !== undefined && { stickiness }),
  ...(payload && { payload }),
  overrides: overrides ?? [],
});

const toClientSegment = ({ id, name, constraints }: SegmentState) => ({
  id,
  name,
  constraints: constraints.map(toClientConstraint),
});
