/** A version of a config: its content as it was put, with the checksum that was computed then. */
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

/** By which paths name it. */
export interface ConfigName {
  environment: string;
  name: string;
}
