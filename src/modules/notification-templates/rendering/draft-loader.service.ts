import { Injectable } from '@nestjs/common';

import { expandVariants, type Partials } from '../partials/partial-texts.js';
import { PartialsRepository } from '../partials/partials.mongo.repository.js';
import type { ExpandedField, ExpandedVariants, Template, TemplatePartial } from '../template.js';
import { CompiledTemplate, type Expansions } from './compiled-template.js';

/** The limits of a template: how many partials, and how deeply nested. */
const MAX_PARTIALS = 50;
const MAX_ROUNDS = 8;

export interface LoadedDraft {
  template: CompiledTemplate;
  /** The texts that a version stores. Usable only if there are no faults. */
  expanded: ExpandedVariants;
}

/** Drafts with the present partials. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class DraftLoader {
  constructor(private readonly partials: PartialsRepository) {}

  async load({ organization_id: orgId, draft, partials }: Template): Promise<LoadedDraft> {
    const expansions = await expandVariants(draft, await this.partialsFor(orgId, partials));
    return { template: new CompiledTemplate(draft, expansions), expanded: keptOf(expansions) };
  }

  /**
   * Includes the partials that partials refer to. A reference to a partial beyond the limits becomes a fault of the
   * text that contains it.
   */
  private async partialsFor(orgId: string, names: readonly string[]): Promise<Partials> {
    const found = new Map<string, TemplatePartial>();
    let wanted = names;
    for (let round = 0; round < MAX_ROUNDS && wanted.length > 0 && found.size < MAX_PARTIALS; round += 1) {
      for (const partial of await this.partials.byNames(orgId, wanted.slice(0, MAX_PARTIALS)))
        found.set(partial.name, partial);
      const named = new Set([...found.values()].flatMap(({ partials }) => partials));
      wanted = [...named].filter((name) => !found.has(name));
    }
    return found;
  }
}

const keptOf = (expansions: Expansions): ExpandedVariants =>
  Object.fromEntries(
    Object.entries(expansions).map(([locale, fields]) => [
      locale,
      Object.fromEntries(
        Object.entries(fields).map(([field, { text, foreign }]): [string, ExpandedField] => [
          field,
          Object.keys(foreign).length > 0 ? { text, foreign } : { text },
        ]),
      ),
    ]),
  );
