import type { Config, ConfigVersion } from './config.js';
import type { ConfigResponse, ConfigSummary, ConfigVersionResponse } from './configs.dto.js';

export const toConfigSummary = (config: Config): ConfigSummary => ({
  environment: config.environment,
  name: config.name,
  version: config.version,
  created_at: config.createdAt.toISOString(),
  updated_at: config.updatedAt.toISOString(),
});

export const toConfigResponse = (config: Config & { current: ConfigVersion }): ConfigResponse => ({
  ...toConfigSummary(config),
  checksum: config.current.checksum,
  content: config.current.content,
});

export const toVersionResponse = (version: ConfigVersion): ConfigVersionResponse => ({
  version: version.version,
  checksum: version.checksum,
  content: version.content,
  created_by: version.createdBy,
  created_at: version.createdAt.toISOString(),
});
