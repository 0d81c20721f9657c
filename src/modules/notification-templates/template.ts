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

/** What authors write. */
export type TemplateContent = Readonly<{
  default_locale: string;
  fallback_locales: readonly string[];
  /** JSON Schema 2020-12 of the values. */
  variables: JsonMembers;
  /** Values for previews; null: there are none. */
  sample: JsonMembers | null;
  variants: Variants;
}>;

/** A field with its partials in place. */
export type ExpandedField = Readonly<{
  text: string;
  /** The partials whose text is of another language, and which; absent where there is none. */
  foreign?: Readonly<Record<string, string>>;
}>;
export type ExpandedVariants = Readonly<Record<string, Readonly<Partial<Record<Field, ExpandedField>>>>>;

/** A version: it never changes, whatever becomes of the draft and of the partials. */
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

/** A template as it stands in MongoDB. */
export type Template = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  /** Any text; unique in the organisation. */
  key: string;
  channel: Channel;
  draft: TemplateContent;
  /** Of the draft, for lists. */
  locales: readonly string[];
  /** The partials that the draft names. */
  partials: readonly string[];
  /** The current version; null: it was never published. */
  published: PublishedVersion | null;
  /** The draft is not what is published. */
  is_changed: boolean;
  /** Counts the changes. A writer replaces the revision that it has read, or nothing. */
  revision: number;
  created_at: Date;
  updated_at: Date;
}>;

/** A version before the current one. Written before the template is changed; never changed itself. */
export type TemplateVersion = Readonly<{
  /** `{template}.{version}`: writing it again writes the same document. */
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
  /** By BCP 47 tag; `und` is for every language. */
  variants: Readonly<Record<string, PartialVariant>>;
  /** For lists. */
  locales: readonly string[];
  /** The partials that it names itself. */
  partials: readonly string[];
  revision: number;
  created_at: Date;
  updated_at: Date;
}>;
export type PartialVariant = Readonly<{ body?: string; html?: string }>;
