import type { FieldError } from '../../common/errors/domain-error.js';
import { Conflict, Invalid, NotFound } from '../../common/errors/kinds.js';
import type { VariableFault } from './rendering/variable-fault.js';

export class TemplateNotFound extends NotFound {
  override code = 'notification_templates.not_found';
  constructor() {
    super('There is no such notification template.');
  }
}

export class TemplateNotPublished extends NotFound {
  override code = 'notification_templates.not_published';
  constructor() {
    super('This notification template was never published.');
  }
}

export class TemplateVersionNotFound extends NotFound {
  override code = 'notification_templates.version_not_found';
  constructor() {
    super('The notification template never had this version.');
  }
}

export class TemplateKeyTaken extends Conflict {
  readonly code = 'notification_templates.key_taken';
  constructor() {
    super('There is a notification template with this key already.');
  }
}

/** At every attempt another writer has changed it first. */
export class TemplateChanged extends Conflict {
  readonly code = 'notification_templates.changed';
  constructor() {
    super('The notification template is being changed by others. Read it again and repeat the change.');
  }
}

/** Its texts have faults, each with locale, field and position. */
export class UnpublishableTemplate extends Invalid {
  override code = 'notification_templates.unpublishable';
  constructor(errors: readonly FieldError[]) {
    super(errors, 'The notification template has faults.');
  }
}

export class InvalidVariables extends Invalid {
  override code = 'notification_templates.invalid_variables';
  constructor(errors: readonly FieldError[]) {
    super(errors, 'The values do not fit the notification template.');
  }

  static of({ variable, code, message }: VariableFault): InvalidVariables {
    return new InvalidVariables([{ path: `variables.${variable}`, code, message }]);
  }
}

/** `strict`: a field would have another locale than the requested one. */
export class MixedLocales extends Invalid {
  override code = 'notification_templates.mixed_locales';
  constructor(errors: readonly FieldError[]) {
    super(errors, 'The notification template has not every field in this locale.');
  }
}

export class RenderingTooSlow extends Invalid {
  override code = 'notification_templates.too_slow';
  constructor() {
    super([], 'The message takes longer than 50 ms to render.');
  }
}

export class RenderingTooLarge extends Invalid {
  override code = 'notification_templates.too_large';
  constructor() {
    super([], 'The message is larger than 256 KiB.');
  }
}

export class PartialNotFound extends NotFound {
  override code = 'template_partials.not_found';
  constructor() {
    super('There is no such template partial.');
  }
}

export class PartialNameTaken extends Conflict {
  readonly code = 'template_partials.name_taken';
  constructor() {
    super('There is a template partial with this name already.');
  }
}

export class PartialChanged extends Conflict {
  readonly code = 'template_partials.changed';
  constructor() {
    super('The template partial is being changed by others. Read it again and repeat the change.');
  }
}

export class PartialInUse extends Conflict {
  readonly code = 'template_partials.in_use';
  constructor(users: readonly string[]) {
    super(`It is used by: ${users.join(', ')}`);
  }
}
