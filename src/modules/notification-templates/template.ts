import type { Json } from '../../common/http/merge-patch.js';

export const TEMPLATES_COLLECTION = 'notification_templates';
export const TEMPLATE_VERSIONS_COLLECTION = 'notification_template_versions';
export const PARTIALS_COLLECTION = 'template_partials';

export const CHANNELS = ['email', 'sms', 'push', 'in_app'] as const;
export type Channel = (typeof CHANNELS)[number];

export const FIELDS = ['subject', 'title', 'body', 'html'] as const;
/** A part of a message. */
export type Field = (typeof FIELDS)[number];
/** The texts of a message in one language. */
export type Variant = Readonly<Partial<Record<Field, string>>>;
/** By BCP 47 tag in its canonical spelling. */
export type Variants = Readonly<Record<string, Variant>>;

type JsonMembers = Readonly<Record<string, Json>>;

/** The content that authors write. */
export type TemplateContent = Readonly<{
  default_locale: string;
  fallback_locales: readonly string[];
  /** JSON Schema 2020-12 of the values. */
  variables: JsonMembers;
  /** Values for previews. Null: there are none. */
  sample: JsonMembers | null;
  variants: Variants;
}>;

/** A field with its partials in place. */
export type ExpandedField = Readonly<{
  text: string;
  /** The partials with another language, and that language. Absent if there are none. */
  foreign?: Readonly<Record<string, string>>;
}>;
export type ExpandedVariants = Readonly<Record<string, Readonly<Partial<Record<Field, ExpandedField>>>>>;

/** A version, which never changes, whatever happens to the draft and the partials. */
export type PublishedVersion = Readonly<{
  version: number;
  kind: 'published' | 'rolled_back';
  /** The version that a rollback repeats. */
  of: number | null;
  content: TemplateContent;
  expanded: ExpandedVariants;
  at: Date;
  actor_id: string | null;
  api_key_id: string | null;
}>;

/** A template as stored in MongoDB. */
export type Template = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  /** Any text; unique in the organisation. */
  key: string;
  channel: Channel;
  draft: TemplateContent;
  /** The locales of the draft, for lists. */
  locales: readonly string[];
  /** The partials that the draft refers to. */
  partials: readonly string[];
  /** The current version. Null: the template was never published. */
  published: PublishedVersion | null;
  /** The draft differs from the published version. */
  is_changed: boolean;
  /** Counts the changes. A writer replaces only the revision that it has read. */
  revision: number;
  created_at: Date;
  updated_at: Date;
}>;

/** A former version. It is written before the template is changed, and never changed itself. */
export type TemplateVersion = Readonly<{
  /** `{template}.{version}`, so that writing it again writes the same document. */
  _id: string;
  organization_id: string;
  template_id: string;
  version: number;
  published: PublishedVersion;
}>;

/** A text that templates share. One with `{> content}` is a layout. */
export type TemplatePartial = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  /** Unique in the organisation. */
  name: string;
  /** By BCP 47 tag. `und` is for every language. */
  variants: Readonly<Record<string, PartialVariant>>;
  /** For lists. */
  locales: readonly string[];
  /** The partials that it refers to. */
  partials: readonly string[];
  revision: number;
  created_at: Date;
  updated_at: Date;
}>;
export type PartialVariant = Readonly<{ body?: string; html?: string }>;
