import { readFileSync } from 'node:fs';

import { ConnectionInvalid } from './connection-text.js';

/** How a connection is encrypted. Certificates are texts in PEM. */
export interface PostgresTls {
  mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** Null: the certificates that Node trusts. */
  ca: string | null;
  certificate: string | null;
  key: string | null;
  /** TLS from the first byte on (PostgreSQL 17), without asking for it. */
  isDirect: boolean;
  /** Whether the name of the host is sent (SNI). */
  sendsName: boolean;
}

const MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** Of libpq and of other drivers. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ true: 'require', '1': 'require', 'no-verify': 'require' },
  ...{ false: 'disable', '0': 'disable', allow: 'prefer' },
};

/** As of libpq, except that the default is `disable`. Throws `ConnectionInvalid`. */
export function postgresTls(given: ReadonlyMap<string, string>): PostgresTls {
  const root = given.get('sslrootcert') ?? '';
  const mode = modeOf(given, root);
  const binding = given.get('channel_binding') ?? 'prefer';
  if (!['disable', 'prefer', 'require'].includes(binding))
    throw new ConnectionInvalid('has a value of channel_binding that is not supported');
  if (binding === 'require' && mode !== 'verify-full')
    throw new ConnectionInvalid(
      'has channel_binding=require, which the driver cannot do: sslmode=verify-full with it protects as well',
    );
  return {
    mode,
    ca: root === '' || root === 'system' ? null : fileOf('sslrootcert', root),
    certificate: given.has('sslcert') ? fileOf('sslcert', given.get('sslcert') ?? '') : null,
    key: given.has('sslkey') ? fileOf('sslkey', given.get('sslkey') ?? '') : null,
    isDirect: given.get('sslnegotiation') === 'direct',
    sendsName: given.get('sslsni') !== '0',
  };
}

function modeOf(given: ReadonlyMap<string, string>, root: string): PostgresTls['mode'] {
  if (root === 'system') return 'verify-full';
  const text = given.get('sslmode') ?? given.get('ssl') ?? 'disable';
  const mode = MODES.find((known) => known === (OTHER_NAMES[text] ?? text));
  if (!mode) throw new ConnectionInvalid('has a value of sslmode that is not supported');
  // With a certificate to compare with, `require` compares, as in libpq.
  return mode === 'require' && root !== '' ? 'verify-ca' : mode;
}

function fileOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConnectionInvalid(`names a file in ${name} that cannot be read`, { cause: error });
  }
}
