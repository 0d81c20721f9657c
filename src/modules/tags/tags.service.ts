import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Tag } from './tag.js';
import { toTagResponse } from './tag.response.js';
import type { CreateTagDto, UpdateTagDto } from './tags.dto.js';
import { MAX_TAGS, TooManyTags } from './tags.errors.js';
import { tagChanged } from './tags.events.js';
import { TagsRepository } from './tags.pg.repository.js';
import { canChangeTags, canReadTags } from './tags.policy.js';

const notFound = () => new NotFound('There is no such tag.');

/** The caller's own tags. */
@Injectable()
export class TagsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly tags: TagsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Throws `TagNameTaken`, `TooManyTags`. */
  async create(actor: Principal, { name }: CreateTagDto): Promise<Tag> {
    assertCan(canChangeTags(actor));
    const { orgId: organizationId, userId } = actor;
    return this.postgres.transaction(async (tx) => {
      if ((await this.tags.countForUpdate(tx, organizationId, userId)) >= MAX_TAGS) throw new TooManyTags();
      const tag = await this.tags.insert(tx, { id: newId(), organizationId, userId, name });
      await this.outbox.add(tx, tagChanged(actor, 'tag.created', tag));
      return tag;
    });
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, limit: number, beforeId: string | null): Promise<Tag[]> {
    assertCan(canReadTags(actor));
    return this.tags.list(actor.orgId, actor.userId, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<Tag> {
    assertCan(canReadTags(actor));
    const tag = isId(id) ? await this.tags.find(actor.orgId, actor.userId, id) : null;
    if (!tag) throw notFound();
    return tag;
  }

  /** Throws `NotFound`, `PreconditionFailed`, `TagNameTaken`. */
  async update(actor: Principal, id: string, { name }: UpdateTagDto, ifMatch?: string): Promise<Tag> {
    assertCan(canChangeTags(actor));
    return this.postgres.transaction(async (tx) => {
      const current = await this.locked(tx, actor, id, ifMatch);
      if (name === undefined || name === current.name) return current;
      const renamed = await this.tags.rename(tx, current, name);
      await this.outbox.add(tx, tagChanged(actor, 'tag.updated', renamed));
      return renamed;
    });
  }

  /** The tag is also removed from its entries. Throws `NotFound`, `PreconditionFailed`. */
  async delete(actor: Principal, id: string, ifMatch?: string): Promise<void> {
    assertCan(canChangeTags(actor));
    await this.postgres.transaction(async (tx) => {
      const current = await this.locked(tx, actor, id, ifMatch);
      await this.tags.delete(tx, current);
      await this.outbox.add(tx, tagChanged(actor, 'tag.deleted', current));
    });
  }

  private async locked(tx: Tx, actor: Principal, id: string, ifMatch: string | undefined): Promise<Tag> {
    const current = isId(id) ? await this.tags.findForUpdate(tx, actor.orgId, actor.userId, id) : null;
    if (!current) throw notFound();
    assertIfMatch(ifMatch, toTagResponse(current));
    return current;
  }
}
