import type { FieldError } from '../../common/errors/domain-error.js';
import { faultsOfConstraints } from './constraint-faults.js';
import { isStrategy } from './evaluation/strategies.js';
import type { EnvironmentConfig, FlagConfig, FlagStrategy, FlagType, FlagVariant } from './flag-config.js';
import { isInverted, rolloutOf } from './flag-rules.js';

/** The state of everything that a flag refers to, at the time when the flag is written. */
export interface FlagReferences {
  /** The keys of the other flags, and whether each has parents. */
  flags: ReadonlyMap<string, { hasParents: boolean }>;
  /** Whether another flag names this one as its parent. */
  isParent: boolean;
  segments: ReadonlySet<number>;
}

const fault = (path: string, code: string, message: string): FieldError => ({ path, code, message });

/** Every fault of a flag beyond its shape, each with its path. */
export function faultsOfFlag(key: string, config: FlagConfig, references: FlagReferences): FieldError[] {
  return [
    ...faultsOfValue('default_value', config.flag_type, config.default_value),
    ...Object.entries(config.environments).flatMap(([name, environment]) =>
      faultsOfEnvironment(`environments.${name}`, config, environment, references),
    ),
    ...faultsOfParents(key, config, references),
  ];
}

function faultsOfEnvironment(
  path: string,
  config: FlagConfig,
  environment: EnvironmentConfig,
  { segments }: FlagReferences,
): FieldError[] {
  const { value, strategies, variants } = environment;
  const hasRules =
    strategies.length > 0 || rolloutOf(config, environment) !== null || config.parents.length > 0;
  return [
    ...(value === undefined ? [] : faultsOfValue(`${path}.value`, config.flag_type, value)),
    ...(isInverted(config, environment) && hasRules
      ? [
          fault(
            `${path}.value`,
            'inverted_flag',
            'must not be false with rules where the default value is true: SDKs cannot follow rules the other way round. Invert the constraints.',
          ),
        ]
      : []),
    ...strategies.flatMap((strategy, at) => faultsOfStrategy(`${path}.strategies.${at}`, strategy, segments)),
    ...faultsOfVariants(`${path}.variants`, variants),
  ];
}

const IS_OF_TYPE: Readonly<Record<FlagType, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  json: () => true,
};

const faultsOfValue = (path: string, type: FlagType, value: unknown): FieldError[] =>
  IS_OF_TYPE[type](value) ? [] : [fault(path, 'invalid_type', `must be of the flag's type, ${type}`)];

function faultsOfStrategy(path: string, strategy: FlagStrategy, segments: ReadonlySet<number>): FieldError[] {
  const { name, parameters = {}, constraints = [], variants = [] } = strategy;
  const missing = (strategy.segments ?? []).flatMap((id, at) => (segments.has(id) ? [] : [{ id, at }]));
  return [
    ...(isStrategy(name) ? [] : [fault(`${path}.name`, 'unknown_strategy', `There is no strategy ${name}.`)]),
    ...['rollout', 'percentage']
      .filter((parameter) => Object.hasOwn(parameters, parameter) && !isPercentage(parameters[parameter]))
      .map((parameter) =>
        fault(
          `${path}.parameters.${parameter}`,
          'invalid_percentage',
          'must be a whole number from 0 to 100',
        ),
      ),
    ...faultsOfConstraints(`${path}.constraints`, constraints),
    ...missing.map(({ id, at }) =>
      fault(`${path}.segments.${at}`, 'unknown_segment', `There is no segment ${id}.`),
    ),
    ...faultsOfVariants(`${path}.variants`, variants),
  ];
}

const isPercentage = (value = ''): boolean => /^\d{1,3}$/.test(value) && Number(value) <= 100;

function faultsOfVariants(path: string, variants: readonly FlagVariant[]): FieldError[] {
  const names = variants.map(({ name }) => name);
  const repeated = names.flatMap((name, at) =>
    names.indexOf(name) === at
      ? []
      : [fault(`${path}.${at}.name`, 'duplicate', 'must differ from the others')],
  );
  const isWithoutWeight = variants.length > 0 && variants.every(({ weight }) => weight === 0);
  return isWithoutWeight
    ? [...repeated, fault(path, 'no_weight', 'must have a weight above 0 in one of them')]
    : repeated;
}

function faultsOfParents(key: string, { parents }: FlagConfig, references: FlagReferences): FieldError[] {
  const faults = parents.flatMap((parent, at): FieldError[] => {
    const path = `parents.${at}.key`;
    if (parent.key === key) return [fault(path, 'cycle', 'A flag cannot be its own parent.')];
    if (parents.findIndex((other) => other.key === parent.key) !== at)
      return [fault(path, 'duplicate', 'must differ from the others')];
    const known = references.flags.get(parent.key);
    if (!known) return [fault(path, 'unknown_parent', 'There is no such flag, or it is archived.')];
    return known.hasParents
      ? [fault(path, 'cycle', 'This flag has parents itself. Parents stand one level deep.')]
      : [];
  });
  return parents.length > 0 && references.isParent
    ? [...faults, fault('parents', 'cycle', 'This flag is a parent itself. Parents stand one level deep.')]
    : faults;
}
