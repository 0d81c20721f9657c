import type { z } from 'zod';

import type { Constraint } from './evaluation/unleash-document.js';
import type { EnvironmentConfig, FlagConfig, FlagStrategy } from './flag-config.js';
import type { constraint, environmentShape, flagSchema } from './flag.dto.js';

type EnvironmentInput = z.output<typeof environmentShape>;
type StrategyInput = EnvironmentInput['strategies'][number];

/** A flag in the form that clients write, with numbers and booleans converted to the texts that Unleash uses. */
export const toConfig = ({ environments, ...flag }: z.output<typeof flagSchema>): FlagConfig => ({
  ...flag,
  environments: Object.fromEntries(
    Object.entries(environments).map(([name, environment]) => [name, toEnvironment(environment)]),
  ),
});

export const toEnvironment = ({ strategies, ...environment }: EnvironmentInput): EnvironmentConfig => ({
  ...environment,
  strategies: strategies.map(toStrategy),
});

const toStrategy = ({ parameters, constraints, ...strategy }: StrategyInput): FlagStrategy => ({
  ...strategy,
  ...(parameters && {
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
  }),
  ...(constraints && { constraints: constraints.map(toConstraint) }),
});

export const toConstraint = ({ value, ...rest }: z.output<typeof constraint>): Constraint => ({
  ...rest,
  ...(value !== undefined && { value: String(value) }),
});
