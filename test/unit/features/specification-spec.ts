import { afterAll, describe, expect, it } from 'vitest';

import { CompiledFlags } from '../../../src/modules/features/evaluation/compiled-flags.js';
import { contextOf } from '../../../src/modules/features/evaluation/evaluation-context.js';
import type {
  ClientFeature,
  ClientSegment,
} from '../../../src/modules/features/evaluation/unleash-document.js';
import { unleashSpecifications } from '../../support/unleash-specification.js';

const featureOf = (given: Record<string, unknown>): ClientFeature =>
  ({ strategies: [], variants: [], dependencies: [], ...given }) as unknown as ClientFeature;

let enabled = 0;
let variants = 0;

describe.each(unleashSpecifications())('Unleash specification $name', (specification) => {
  const flags = new CompiledFlags(
    specification.features.map(featureOf),
    specification.segments as unknown as ClientSegment[],
  );

  it('gives what is expected', () => {
    for (const { description, context, toggleName, expectedResult } of specification.tests) {
      const { isEnabled } = flags.evaluate(toggleName, contextOf(context, Date.now()));
      expect({ description, isEnabled }).toEqual({ description, isEnabled: expectedResult });
      enabled += 1;
    }
    for (const { description, context, toggleName, expectedResult } of specification.variantTests) {
      const { isEnabled, variant } = flags.evaluate(toggleName, contextOf(context, Date.now()));
      const result = {
        name: variant?.name ?? 'disabled',
        ...(variant?.payload && { payload: variant.payload }),
        enabled: variant !== null,
        feature_enabled: isEnabled,
      };
      expect({ description, ...result }).toEqual({ description, ...expectedResult });
      variants += 1;
    }
  });

  afterAll(() => expect(enabled + variants).toBeGreaterThan(0));
});

describe('the specification', () => {
  it('was run whole: 227 cases of flags and 52 of variants', () => {
    expect({ enabled, variants }).toEqual({ enabled: 227, variants: 52 });
  });
});
