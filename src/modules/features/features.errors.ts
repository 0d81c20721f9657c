import { Conflict, NotFound } from '../../common/errors/kinds.js';

export class FeatureNotFound extends NotFound {
  override code = 'features.not_found';
  constructor() {
    super('There is no such feature flag.');
  }
}

export class FeatureKeyTaken extends Conflict {
  readonly code = 'features.key_taken';
  constructor() {
    super('There is a feature flag with this key already.');
  }
}

/** At every attempt another writer has changed the flag first. */
export class FeatureChanged extends Conflict {
  readonly code = 'features.changed';
  constructor() {
    super('The feature flag is being changed by others. Read it again and repeat the change.');
  }
}

export class FeatureHasChildren extends Conflict {
  readonly code = 'features.has_children';
  constructor(children: readonly string[]) {
    super(`Other feature flags depend on this one: ${children.join(', ')}`);
  }
}

export class FeatureVersionNotFound extends NotFound {
  override code = 'features.version_not_found';
  constructor() {
    super('The feature flag never had this version.');
  }
}

export class ScheduleNotFound extends NotFound {
  override code = 'features.schedule_not_found';
  constructor() {
    super('Nothing is scheduled for this environment.');
  }
}

export class SegmentNotFound extends NotFound {
  override code = 'segments.not_found';
  constructor() {
    super('There is no such segment.');
  }
}

export class SegmentInUse extends Conflict {
  readonly code = 'segments.in_use';
  constructor(flags: readonly string[]) {
    super(`Feature flags use this segment: ${flags.join(', ')}`);
  }
}

export class SegmentChanged extends Conflict {
  readonly code = 'segments.changed';
  constructor() {
    super('The segment is being changed by others. Read it again and repeat the change.');
  }
}
