import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { canReadFeatures } from '../features.policy.js';
import { FlagSnapshots } from '../snapshots/flag-snapshots.service.js';
import { exportedDocumentOf } from '../unleash/client-document.js';

/** Exports flags in the form that Unleash and `features/import` accept. */
@Injectable()
export class ExportService {
  constructor(private readonly snapshots: FlagSnapshots) {}

  /** Without the archived flags. Throws `Forbidden`, `StoreUnavailable`. */
  async export(actor: Principal, environment: string) {
    assertCan(canReadFeatures(actor));
    const { snapshot } = await this.snapshots.current(actor.orgId);
    return exportedDocumentOf(snapshot.in(environment), snapshot.segments);
  }
}
