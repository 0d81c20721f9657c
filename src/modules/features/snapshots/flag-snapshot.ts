import type { ClientSegment } from '../evaluation/unleash-document.js';
import type { FlagState } from '../flag-config.js';
import { EnvironmentFlags } from './environment-flags.js';

/** A segment in the form in which it is evaluated. */
export interface SegmentState extends ClientSegment {
  name: string;
  /** Its document and version, because another segment may have the same number later. */
  revision: string;
}

/** A flag as it was read. */
export interface LoadedFlag extends FlagState {
  id: string;
  createdAt: Date;
}

/** All flags of an organisation at one moment. Immutable, except for results that are computed at their first use. */
export class FlagSnapshot {
  private readonly environments = new Map<string, EnvironmentFlags>();
  private readonly names: ReadonlySet<string>;
  /** Serves every environment that no flag has, in which all flags are off. */
  private unknown: EnvironmentFlags | null = null;

  constructor(
    /** By key, without the archived ones. */
    readonly flags: readonly LoadedFlag[],
    readonly segments: readonly SegmentState[],
  ) {
    this.names = new Set(flags.flatMap(({ config }) => Object.keys(config.environments)));
  }

  /** Whether any flag has this environment. */
  knows(environment: string): boolean {
    return this.names.has(environment);
  }

  /** Environments that callers invent take no memory. */
  in(environment: string): EnvironmentFlags {
    if (!this.names.has(environment)) return (this.unknown ??= new EnvironmentFlags(this, ''));
    const known = this.environments.get(environment);
    if (known) return known;
    const made = new EnvironmentFlags(this, environment);
    this.environments.set(environment, made);
    return made;
  }
}
