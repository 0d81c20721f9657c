import { DOCUMENTS_COLLECTION } from '../../../src/modules/documents/document.js';
import { FEATURE_FLAGS_COLLECTION } from '../../../src/modules/features/feature-flag.schema.js';
import { SEGMENTS_COLLECTION } from '../../../src/modules/features/segment.schema.js';
import {
  PARTIALS_COLLECTION,
  TEMPLATES_COLLECTION,
} from '../../../src/modules/notification-templates/template.js';
import { addDocuments, type Ground, idOf, momentOf } from '../ground.js';
import { detail, LARGE, list, type Shape } from '../shape.js';

const base = (ground: Ground, n: number) => ({
  ...{ _id: idOf(ground, n), organization_id: ground.orgId },
  ...{ created_at: momentOf(ground, n), updated_at: momentOf(ground, n) },
});
const keyOf = (n: number): string => `key-${String(n).padStart(7, '0')}`;

/** One in a hundred documents is deleted. */
export const documents: Shape = {
  name: 'documents',
  large: LARGE,
  fill: (ground, range) => {
    const document = (n: number) => ({
      ...base(ground, n),
      ...{ key: keyOf(n), data: { n }, version: 1, deleted_at: n % 100 === 99 ? momentOf(ground, n) : null },
    });
    return addDocuments(ground, DOCUMENTS_COLLECTION, document, range);
  },
  reads: (_ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('documents', {
        middle: [keyOf(half)],
        filters: ['prefix=key-00', 'prefix=key-0000', 'prefix=key-000000'],
        nothing: ['prefix=none'],
      }),
      detail('documents/{key}', `documents/${keyOf(half)}`),
    ];
  },
};

/** Flags with ten tags and four owners; one in a hundred is archived or stale. */
export const features: Shape = {
  name: 'features',
  large: LARGE,
  fill: (ground, range) => {
    const flag = (n: number) => ({
      ...base(ground, n),
      ...{
        key: keyOf(n),
        name: `Flag ${n}`,
        description: null,
        default_value: false,
        rollout_percentage: null,
      },
      ...{
        flag_type: n % 10 === 9 ? 'string' : 'boolean',
        environments: [],
        parents: [],
        tags: [`tag-${n % 10}`],
      },
      ...{ owner: `team-${n % 4}`, lifetime_days: null, stale: n % 100 === 98, archived: n % 100 === 99 },
      change: { kind: 'created', at: momentOf(ground, n), actor_id: null, api_key_id: null, patch: '[]' },
      ...{ version: 1, deleted: false },
    });
    return addDocuments(ground, FEATURE_FLAGS_COLLECTION, flag, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('features', {
        middle: [idOf(ground, half)],
        filters: [
          'tag=tag-7',
          'owner=team-3',
          'flag_type=string',
          'stale=true',
          'archived=true',
          'archived=false',
        ],
        nothing: [
          'tag=none',
          'owner=none',
          'flag_type=json',
          'stale=true&archived=true',
          'tag=tag-7&owner=none',
        ],
      }),
      detail('features/{key}', `features/${keyOf(half)}`),
      { ...detail('features/{key}/history', `features/${keyOf(half)}/history`, 'first page') },
    ];
  },
};

export const segments: Shape = {
  name: 'segments',
  large: LARGE,
  fill: (ground, range) => {
    const segment = (n: number) => ({
      ...base(ground, n),
      ...{
        number: n + 1,
        name: `Segment ${n}`,
        description: null,
        constraints: [],
        version: 1,
        deleted: false,
      },
    });
    return addDocuments(ground, SEGMENTS_COLLECTION, segment, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('segments', { middle: [idOf(ground, half)] }),
      detail('segments/{id}', `segments/${half}`),
    ];
  },
};

/** Three in four are for e-mail, the rest for push; none is for in-app messages. */
export const templates: Shape = {
  name: 'notification-templates',
  large: LARGE,
  fill: (ground, range) => {
    const draft = {
      ...{ default_locale: 'en', fallback_locales: [], variables: {}, sample: null },
      variants: { en: { subject: 'Hello', body: 'Hello, {name}!' } },
    };
    const template = (n: number) => ({
      ...base(ground, n),
      ...{ key: keyOf(n), channel: n % 4 === 3 ? 'push' : 'email', draft, locales: ['en'], partials: [] },
      ...{ published: null, is_changed: true, revision: 1 },
    });
    return addDocuments(ground, TEMPLATES_COLLECTION, template, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('notification-templates', {
        middle: [idOf(ground, half)],
        filters: ['channel=email', 'channel=push'],
        nothing: ['channel=in_app'],
      }),
      detail('notification-templates/{key}', `notification-templates/${keyOf(half)}`),
      detail(
        'notification-templates/{key}/versions',
        `notification-templates/${keyOf(half)}/versions`,
        'first page',
      ),
    ];
  },
};

export const partials: Shape = {
  name: 'template-partials',
  large: LARGE,
  fill: (ground, range) => {
    const partial = (n: number) => ({
      ...base(ground, n),
      ...{
        name: keyOf(n),
        variants: { und: { body: 'Regards' } },
        locales: ['und'],
        partials: [],
        revision: 1,
      },
    });
    return addDocuments(ground, PARTIALS_COLLECTION, partial, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('template-partials', { middle: [idOf(ground, half)] }),
      detail('template-partials/{name}', `template-partials/${keyOf(half)}`),
    ];
  },
};
