import { z } from 'zod';

/** Incremented with every change that an older program would misread. */
export const FORMAT_VERSION = 1;
export const FORMAT = 'triptych-backup';

/** The first, the last but one, and the last member of every archive. */
export const HEADER_MEMBER = 'triptych.json';
export const MANIFEST_MEMBER = 'manifest.json';
export const SEAL_MEMBER = 'manifest.sha256';

/** The part that every version writes. It is read before anything else. */
export const formatShape = z.object({ format: z.literal(FORMAT), version: z.number() });

const column = z.object({ name: z.string(), type: z.string() });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `triptych.json`: what the archive is and where it comes from. */
export const headerShape = formatShape.extend({
  /** The cut: PostgreSQL's clock when its snapshot was taken. */
  cut_at: z.iso.datetime(),
  postgres: z.object({
    server_version: z.string(),
    /** The applied migrations in their order. `hash` is the SHA-256 of the up file. */
    migrations: z.array(z.object({ name: z.string(), hash: z.string() })),
    tables: z.array(z.object({ name: z.string(), columns: z.array(column) })),
    partitions: z.array(z.object({ name: z.string(), parent: z.string(), bound: z.string() })),
  }),
  mongodb: z.object({ server_version: z.string(), collections: z.array(z.string()) }),
});
export type ArchiveHeader = z.infer<typeof headerShape>;

const memberShape = z.object({
  name: z.string(),
  bytes: z.number(),
  sha256,
  /** Rows or documents. */
  records: z.number(),
});
export type ArchiveMember = z.infer<typeof memberShape>;

/** `manifest.json`: what is known only at the end of a backup. */
export const manifestShape = z.object({
  members: z.array(memberShape),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), is_called: z.boolean() })),
  /** Accounts that were changed or deleted after the cut, while MongoDB was being read. */
  changed_users: z.array(z.string()),
  /** SHA-256 of the file's bytes before this member. */
  checksum: sha256,
});
export type ArchiveManifest = z.infer<typeof manifestShape>;

/** The rows of one table or the documents of one collection are stored in parts of a few MiB, each a member. */
export interface PartName {
  store: 'postgres' | 'mongodb';
  /** The table or the collection. */
  source: string;
  number: number;
}

const EXTENSIONS = { postgres: 'copy', mongodb: 'bson' } as const;
const PART = /^(postgres|mongodb)\/([^/]+)\/(\d{6,})\.(?:copy|bson)\.gz$/;

/** A dot is escaped too, because a collection may be called `..`. */
const escaped = (source: string): string => encodeURIComponent(source).replaceAll('.', '%2E');

export const partName = ({ store, source, number }: PartName): string =>
  `${store}/${escaped(source)}/${String(number).padStart(6, '0')}.${EXTENSIONS[store]}.gz`;

/** Null for a member that is not a part. */
export function parsePartName(name: string): PartName | null {
  const [, store, source, number] = PART.exec(name) ?? [];
  if ((store !== 'postgres' && store !== 'mongodb') || source === undefined) return null;
  return { store, source: decodeURIComponent(source), number: Number(number) };
}
