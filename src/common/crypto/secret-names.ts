const SECRET =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api_?key|password|.*_password|password_?hash|secret|.*_secret|token|.*_token|token_?hash|key_?hash)$/i;
/** More names than the code contains. Further names stem from data and are not remembered. */
const MAX_NAMES = 1_000;
const known = new Map<string, boolean>();

/** Whether a field of this name holds a credential, which is neither logged nor copied. */
export function isSecretName(name: string): boolean {
  const answer = known.get(name);
  if (answer !== undefined) return answer;
  const isSecret = SECRET.test(name);
  if (known.size < MAX_NAMES) known.set(name, isSecret);
  return isSecret;
}
