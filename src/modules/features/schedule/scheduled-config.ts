import { parseBody } from '../../../common/http/contract.pipe.js';
import { mergePatch } from '../../../common/http/merge-patch.js';
import { environmentOf, type FlagConfig } from '../flag-config.js';
import { toEnvironment } from '../flag-input.js';
import { environmentShape } from '../flag.dto.js';
import { withEnvironment } from '../features.service.js';

/**
 * A flag with a merge patch applied to one environment. An environment that the flag does not have starts as off.
 * Throws `Invalid`.
 */
export function scheduledConfig(
  config: FlagConfig,
  name: string,
  change: Readonly<Record<string, unknown>>,
): FlagConfig {
  const before = environmentOf(config, name) ?? { enabled: false };
  const after = parseBody(environmentShape, mergePatch(before, change));
  return withEnvironment(config, name, toEnvironment(after));
}
