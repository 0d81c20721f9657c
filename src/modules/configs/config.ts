/** A version of a config: its original content, with the checksum that was computed when it was written. */
export interface ConfigVersion {
  configId: string;
  version: number;
  content: unknown;
  /** SHA-256 (hex) of the canonical JSON of the content (RFC 8785). */
  checksum: string;
  createdBy: string;
  createdAt: Date;
}

/** A named piece of configuration of one environment. Its current version is the newest one. */
export interface Config {
  id: string;
  organizationId: string;
  environment: string;
  name: string;
  version: number;
  isDeleted: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** The environment and name in a path, which identify a config. */
export interface ConfigName {
  environment: string;
  name: string;
}
