/**
 * Whether a connection string names a user, or a mechanism that needs none in the string (X.509, AWS, Kerberos, OIDC).
 */
export function hasCredentials(uri: string): boolean {
  const [, user = ''] = /^mongodb(?:\+srv)?:\/\/(?:([^/?@]*)@)?/.exec(uri) ?? [];
  return user !== '' || /[?&]authMechanism=[^&]+/i.test(uri);
}
