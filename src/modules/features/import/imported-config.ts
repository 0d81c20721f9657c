import { parsePayload } from '../flag-answer.js';
import { environmentOf, type EnvironmentConfig, type FlagConfig } from '../flag-config.js';
import { toEnvironment } from '../flag-input.js';
import type { ExportedExtras } from './exported-extras.js';
import type { ImportedEnvironment, ImportedFlag } from './import-plan.js';

/**
 * The result of importing a flag. Null: there is no flag with this key yet. Values that the document does not name
 * stay.
 */
export function importedConfig(current: FlagConfig | null, imported: ImportedFlag): FlagConfig {
  const base = withoutOwnRollout(current ?? newFlag(imported.key));
  const { extras, environments, description, stale, archived, tags, parents } = imported;
  const about = extras && {
    name: extras.name,
    flag_type: extras.flag_type,
    default_value: extras.default_value,
    tags: extras.tags,
    owner: extras.owner,
    lifetime_days: extras.lifetime_days,
  };
  return {
    ...base,
    ...about,
    ...(description !== undefined && { description }),
    ...(stale !== undefined && { stale }),
    ...(archived !== undefined && { archived }),
    ...(tags && { tags: [...new Set(tags)] }),
    ...(parents && { parents }),
    environments: {
      ...base.environments,
      ...Object.fromEntries(
        Object.entries(environments).map(([name, environment]) => [
          name,
          importedEnvironment(base, name, environment, extras),
        ]),
      ),
    },
  };
}

/** A percentage of the whole flag would be added to the document's strategies, so each environment gets it instead. */
const withoutOwnRollout = ({ rollout_percentage: rollout, ...config }: FlagConfig): FlagConfig => ({
  ...config,
  rollout_percentage: null,
  environments: Object.fromEntries(
    Object.entries(config.environments).map(([name, environment]) => [
      name,
      { ...environment, rollout_percentage: environment.rollout_percentage ?? rollout },
    ]),
  ),
});

const newFlag = (key: string): FlagConfig => ({
  name: key,
  description: null,
  flag_type: 'boolean',
  default_value: false,
  rollout_percentage: null,
  environments: {},
  parents: [],
  tags: [],
  owner: null,
  lifetime_days: null,
  stale: false,
  archived: false,
});

function importedEnvironment(
  base: FlagConfig,
  name: string,
  { enabled, strategies, variants }: ImportedEnvironment,
  extras: ExportedExtras | undefined,
): EnvironmentConfig {
  if (extras?.environment) return toEnvironment(extras.environment);
  const value = extras ? valueOf(extras, variants) : environmentOf(base, name)?.value;
  const rollout = extras?.has_rollout ? rolloutOf(strategies.at(-1)) : null;
  return {
    enabled,
    ...(value !== undefined && { value }),
    rollout_percentage: rollout,
    strategies: rollout === null ? strategies : strategies.slice(0, -1),
    variants: extras?.has_value_variant && variants.length === 1 ? [] : variants,
  };
}

/**
 * The payload of the variant that represents the value takes precedence over the value that the export has recorded.
 */
function valueOf(extras: ExportedExtras, [variant]: ImportedEnvironment['variants']): unknown {
  const payload = extras.has_value_variant ? variant?.payload : undefined;
  const parsed = payload && extras.flag_type !== 'boolean' ? parsePayload(extras.flag_type, payload) : null;
  return extras.value !== undefined && parsed ? parsed.value : extras.value;
}

function rolloutOf(strategy: ImportedEnvironment['strategies'][number] | undefined): number | null {
  const rollout = Number(strategy?.parameters?.['rollout']);
  return strategy?.name === 'flexibleRollout' && Number.isInteger(rollout) ? rollout : null;
}
