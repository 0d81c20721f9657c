import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import { Unavailable } from '../../common/errors/kinds.js';
import { isId } from '../../common/ids/ids.js';
import { UsersReadModel } from '../users/users.pg.read-model.js';
import { MemberEmailsReadModel } from './member-emails.pg.read-model.js';

const EMAIL_TTL_MS = 300_000;

/** The address of a member by id. Null for every other account. */
export type EmailsByUser = (userId: string) => string | null;

/** The e-mail addresses of the people that entries are about, if they are members of the organisation. */
@Injectable()
export class SubjectEmails {
  private readonly logger = new Logger(SubjectEmails.name);

  constructor(
    private readonly users: UsersReadModel,
    private readonly members: MemberEmailsReadModel,
    private readonly cache: TaggedCache,
  ) {}

  /**
   * While PostgreSQL is away, the entries get no addresses, because an entry without an address is better than none.
   */
  async of(orgId: string, userIds: readonly string[]): Promise<EmailsByUser> {
    const ids = [...new Set(userIds.filter(isId))];
    try {
      const emails = await this.lookUp(orgId, ids);
      return (userId) => emails.get(userId) ?? null;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.logger.debug('The e-mail addresses of activity entries could not be looked up');
      return () => null;
    }
  }

  /** A single address is usually the same as in the previous request, and therefore cached. Several are one query. */
  private async lookUp(orgId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const [userId, ...others] = ids;
    if (userId === undefined) return new Map();
    if (others.length > 0) return this.members.emailsOf(orgId, ids);
    const request = {
      orgId,
      key: `activity:email:${userId}`,
      tags: [tags.entity(orgId, 'users', userId)],
      ttlMs: EMAIL_TTL_MS,
      route: 'activity.email',
    };
    const email = await this.cache.readJson(request, () => this.users.emailOf(orgId, userId));
    return new Map([[userId, email]]);
  }
}
