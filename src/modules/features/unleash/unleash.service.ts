import { Injectable } from '@nestjs/common';

import { etagOf } from '../../../common/http/etag.js';
import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { Clock } from '../../../common/time/clock.js';
import type { Outcome } from '../evaluation/compiled-flags.js';
import { type ContextInput, contextOf } from '../evaluation/evaluation-context.js';
import { canReadFeatures } from '../features.policy.js';
import { environmentOfCaller } from '../flag-environment.js';
import type { EnvironmentFlags } from '../snapshots/environment-flags.js';
import { FlagSnapshots } from '../snapshots/flag-snapshots.service.js';
import { clientDocumentOf } from './client-document.js';
import type { FrontendToggle } from './unleash.dto.js';

interface SerializedDocument {
  body: Buffer;
  etag: string;
}

/** The data for Unleash's SDKs. Throws `Forbidden`, `StoreUnavailable`. */
@Injectable()
export class UnleashService {
  /** Serialised once for each state of an environment, because many SDKs request it repeatedly. */
  private readonly documents = new WeakMap<EnvironmentFlags, SerializedDocument>();

  constructor(
    private readonly snapshots: FlagSnapshots,
    private readonly clock: Clock,
  ) {}

  /** For SDKs that evaluate flags themselves: the flags of the key's environment, whatever the query asks for. */
  async clientFeatures(actor: Principal): Promise<SerializedDocument> {
    assertCan(canReadFeatures(actor));
    const environment = environmentOfCaller(actor);
    const { snapshot } = await this.snapshots.current(actor.orgId);
    const flags = snapshot.in(environment);
    const known = this.documents.get(flags);
    if (known) return known;
    const body = Buffer.from(
      JSON.stringify({ ...clientDocumentOf(flags, snapshot.segments), query: { environment } }),
    );
    const document = { body, etag: etagOf(body) };
    this.documents.set(flags, document);
    return document;
  }

  /** An SDK registers. Nothing about it is stored. */
  register(actor: Principal): void {
    assertCan(canReadFeatures(actor));
  }

  /** For SDKs in browsers: the flags that are on for one person. */
  async toggles(actor: Principal, context: ContextInput): Promise<FrontendToggle[]> {
    assertCan(canReadFeatures(actor));
    const { snapshot } = await this.snapshots.current(actor.orgId);
    const flags = snapshot.in(environmentOfCaller(actor));
    const person = contextOf(context, this.clock.now().getTime());
    return flags.all.flatMap((flag) => {
      const outcome = flags.outcomeOf(flag, person);
      return outcome.isEnabled ? [toToggle(flag.key, outcome)] : [];
    });
  }
}

/** `disabled` is Unleash's name for the absence of a variant. */
const toToggle = (name: string, { variant }: Outcome): FrontendToggle => ({
  name,
  enabled: true,
  impressionData: false,
  variant: {
    name: variant?.name ?? 'disabled',
    enabled: variant !== null,
    feature_enabled: true,
    featureEnabled: true,
    ...(variant?.payload && { payload: variant.payload }),
  },
});
