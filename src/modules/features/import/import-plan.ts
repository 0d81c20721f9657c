import { z } from 'zod';

import { parseBody } from '../../../common/http/contract.pipe.js';
import type { FlagStrategy, FlagVariant, ParentFlag } from '../flag-config.js';
import { environmentName } from '../../../common/http/environment-name.js';
import { flagKey } from '../flag.dto.js';
import { exportedExtras, type ExportedExtras } from './exported-extras.js';
import { importedDependency, importedSegment, importedStrategy, importedVariant } from './imported-parts.js';

/** The content of an import, from either of Unleash's forms. */
export interface ImportPlan {
  segments: readonly ImportedSegment[];
  flags: readonly ImportedFlag[];
}

export type ImportedSegment = z.output<typeof importedSegment>;

export interface ImportedFlag {
  key: string;
  description: string | undefined;
  stale: boolean | undefined;
  archived: boolean | undefined;
  tags: readonly string[] | undefined;
  /** Absent: the document does not mention them. */
  parents: readonly ParentFlag[] | undefined;
  environments: Readonly<Record<string, ImportedEnvironment>>;
  /** The additions to Unleash's form in an export of this service. */
  extras: ExportedExtras | undefined;
}

export interface ImportedEnvironment {
  enabled: boolean;
  strategies: readonly FlagStrategy[];
  variants: readonly FlagVariant[];
}

const feature = z.object({
  name: flagKey,
  description: z.string().nullish(),
  stale: z.boolean().nullish(),
});

const clientDocument = z.object({
  features: z.array(
    feature.extend({
      enabled: z.boolean(),
      strategies: z.array(importedStrategy).nullish(),
      variants: z.array(importedVariant).nullish(),
      dependencies: z.array(importedDependency).nullish(),
      triptych: exportedExtras.nullish(),
    }),
  ),
  segments: z.array(importedSegment).nullish(),
});

const ofFeature = { featureName: z.string(), environment: environmentName.nullish() };

const adminExport = z.object({
  features: z.array(feature.extend({ archived: z.boolean().nullish() })),
  featureStrategies: z.array(importedStrategy.extend(ofFeature)),
  featureEnvironments: z
    .array(z.object({ ...ofFeature, enabled: z.boolean(), variants: z.array(importedVariant).nullish() }))
    .nullish(),
  featureTags: z
    .array(z.object({ featureName: z.string(), tagType: z.string().nullish(), tagValue: z.string() }))
    .nullish(),
  dependencies: z
    .array(z.object({ feature: z.string(), dependencies: z.array(importedDependency) }))
    .nullish(),
  segments: z.array(importedSegment).nullish(),
});

type AdminExport = z.output<typeof adminExport>;

/**
 * Parses Unleash's client document (`GET /api/client/features`) or the export of its admin interface. `environment` is
 * the target of a document that names none, and replaces the one that an export names. Throws `Invalid`.
 */
export function planOf(
  body: Readonly<Record<string, unknown>>,
  environment: string | undefined,
  otherwise: string,
): ImportPlan {
  const isExport = 'featureStrategies' in body || 'featureEnvironments' in body;
  if (isExport)
    return planOfExport(parseBody(adminExport, { featureStrategies: [], ...body }), environment, otherwise);
  const { features, segments } = parseBody(clientDocument, body);
  return {
    segments: segments ?? [],
    flags: features.map((given) => ({
      ...aboutOf(given),
      archived: false,
      tags: undefined,
      parents: given.dependencies?.map(toParent) ?? [],
      environments: {
        [environment ?? otherwise]: {
          enabled: given.enabled,
          strategies: given.strategies?.map(toStrategy) ?? [],
          variants: given.variants ?? [],
        },
      },
      extras: given.triptych ?? undefined,
    })),
  };
}

function planOfExport(document: AdminExport, wanted: string | undefined, otherwise: string): ImportPlan {
  const states = document.featureEnvironments ?? [];
  const named = new Set(
    [...states, ...document.featureStrategies].map((part) => part.environment ?? otherwise),
  );
  // An export usually has one environment. If it has several, only the requested one is imported.
  const isTaken = (name: string): boolean => wanted === undefined || !named.has(wanted) || name === wanted;
  const placeOf = (part: { environment?: string | null | undefined }): string | null => {
    const name = part.environment ?? otherwise;
    return isTaken(name) ? (wanted ?? name) : null;
  };
  const environmentsOf = (key: string): ImportedFlag['environments'] => {
    const places = new Map<string, ImportedEnvironment>();
    for (const state of states.filter(({ featureName }) => featureName === key)) {
      const place = placeOf(state);
      if (place !== null)
        places.set(place, { enabled: state.enabled, strategies: [], variants: state.variants ?? [] });
    }
    const strategies = document.featureStrategies.filter(({ featureName }) => featureName === key);
    for (const strategy of strategies.toSorted(
      (one, other) => (one.sortOrder ?? 0) - (other.sortOrder ?? 0),
    )) {
      const place = placeOf(strategy);
      if (place === null) continue;
      const known = places.get(place) ?? { enabled: false, strategies: [], variants: [] };
      places.set(place, { ...known, strategies: [...known.strategies, toStrategy(strategy)] });
    }
    return Object.fromEntries(places);
  };
  return {
    segments: document.segments ?? [],
    flags: document.features.map((given) => ({
      ...aboutOf(given),
      archived: given.archived ?? undefined,
      tags: document.featureTags?.filter(({ featureName }) => featureName === given.name).map(toTag),
      parents: document.dependencies
        ?.filter(({ feature: child }) => child === given.name)
        .flatMap(({ dependencies }) => dependencies.map(toParent)),
      environments: environmentsOf(given.name),
      extras: undefined,
    })),
  };
}

const aboutOf = ({ name, description, stale }: z.output<typeof feature>) => ({
  key: name,
  description: description ?? undefined,
  stale: stale ?? undefined,
});

const toParent = ({ feature: key, enabled, variants }: z.output<typeof importedDependency>): ParentFlag => ({
  key,
  ...(enabled !== undefined && { enabled }),
  ...(variants && { variants }),
});

const toTag = ({ tagType, tagValue }: { tagType?: string | null | undefined; tagValue: string }): string =>
  tagType == null || tagType === 'simple' ? tagValue : `${tagType}:${tagValue}`;

function toStrategy({
  name,
  title,
  disabled,
  sortOrder,
  parameters,
  constraints,
  segments,
  variants,
}: z.output<typeof importedStrategy>): FlagStrategy {
  const given = Object.entries(parameters ?? {}).flatMap(([parameter, value]) =>
    value === null ? [] : [[parameter, value] as const],
  );
  return withoutUndefined({
    name,
    title,
    disabled,
    sortOrder,
    parameters: Object.fromEntries(given),
    constraints: constraints?.map(withoutUndefined),
    segments,
    variants: variants?.map(withoutUndefined),
  });
}

/** MongoDB would store an undefined member as null. */
const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
