import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Config } from './config.js';

export const CONFIG_EVENTS = ['config.created', 'config.updated', 'config.deleted'] as const;

/** Contents may contain secrets, so an event names the version but not its content. */
const configEvent = (
  type: (typeof CONFIG_EVENTS)[number],
  actor: Principal,
  { id, organizationId, environment, name, version }: Config,
  more: Readonly<Record<string, unknown>> = {},
): DomainEvent => ({
  type,
  aggregate: { type: 'config', id },
  orgId: organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { environment, name, version, ...more },
  tags: [tags.entity(organizationId, 'configs', name), tags.collection(organizationId, 'configs')],
});

/** `rolledBackTo`: the earlier version whose content was restored. */
export const configPut = (
  actor: Principal,
  config: Config,
  checksum: string,
  rolledBackTo: number | null,
): DomainEvent =>
  configEvent(config.version === 1 ? 'config.created' : 'config.updated', actor, config, {
    checksum,
    ...(rolledBackTo !== null && { rolled_back_to: rolledBackTo }),
  });

export const configDeleted = (actor: Principal, config: Config): DomainEvent =>
  configEvent('config.deleted', actor, config);
