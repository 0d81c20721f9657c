import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

type Json = Record<string, unknown>;

interface SpecifiedVariant {
  name: string;
  payload?: { type: string; value: string };
  enabled: boolean;
  feature_enabled: boolean;
}

interface Case<T> {
  description: string;
  context: Json;
  toggleName: string;
  expectedResult: T;
}

/** One file of `@unleash/client-specification`, with deltas already applied. */
export interface Specification {
  name: string;
  features: Json[];
  segments: Json[];
  tests: Case<boolean>[];
  variantTests: Case<SpecifiedVariant>[];
}

interface DeltaEvent {
  type: 'hydration' | 'feature-updated' | 'feature-removed' | 'segment-updated' | 'segment-removed';
  features?: Json[];
  segments?: Json[];
  feature?: Json;
  featureName?: string;
  segment?: Json;
  segmentId?: number;
}

interface SpecificationFile {
  name: string;
  state: { features?: Json[]; segments?: Json[]; events?: DeltaEvent[] };
  tests?: Case<boolean>[];
  variantTests?: Case<SpecifiedVariant>[];
}

/** All files, in the order of their index. */
export function unleashSpecifications(): Specification[] {
  const root = path.dirname(
    createRequire(import.meta.url).resolve('@unleash/client-specification/package.json'),
  );
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(path.join(root, 'specifications', file), 'utf8'));
  return (read('index.json') as string[]).map((file) => {
    const { name, state, tests = [], variantTests = [] } = read(file) as SpecificationFile;
    return { name, ...stateOf(state), tests, variantTests };
  });
}

function stateOf({ features = [], segments = [], events = [] }: SpecificationFile['state']) {
  const flags = new Map(features.map((feature) => [feature['name'], feature]));
  const parts = new Map(segments.map((segment) => [segment['id'], segment]));
  for (const event of events) {
    for (const feature of [...(event.features ?? []), ...(event.feature ? [event.feature] : [])])
      flags.set(feature['name'], feature);
    for (const segment of [...(event.segments ?? []), ...(event.segment ? [event.segment] : [])])
      parts.set(segment['id'], segment);
    if (event.type === 'feature-removed') flags.delete(event.featureName);
    if (event.type === 'segment-removed') parts.delete(event.segmentId);
  }
  return { features: [...flags.values()], segments: [...parts.values()] };
}
