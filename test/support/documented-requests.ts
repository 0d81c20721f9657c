import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A `curl` of a page, with the status in its comment. Null: any status except an error. */
export interface DocumentedRequest {
  text: string;
  status: number | null;
}

const BLOCK = /^```bash\n(.*?)^```$/gms;
/** Each one begins a line or a command substitution. */
const CURL = /(?:^|\$\()curl /gm;
const STATED = /#\s*(\d{3})\b/;

/** The blocks of a page that are marked `bash` and contain a curl. */
export const blocksOf = (markdown: string): string[] =>
  [...markdown.matchAll(BLOCK)].map(([, text = '']) => text).filter((text) => text.match(CURL) !== null);

/** In the order in which a shell reaches them. A comment belongs to the `curl` before it. */
export function requestsOf(script: string): DocumentedRequest[] {
  const starts = [...script.matchAll(CURL)].map(({ index }) => index);
  return starts.map((start, n) => {
    const text = script.slice(start, starts[n + 1]).split(/\n(?=#|\n)/)[0] ?? '';
    const stated = STATED.exec(text)?.[1];
    return { text: text.trim(), status: stated === undefined ? null : Number(stated) };
  });
}

/** The answer to a `curl`. 0: none. */
export interface AnsweredRequest {
  status: number;
  url: string;
}

const MARK = '@@answered';
/** Replaces curl by a function that also prints the status on standard error. A stream is ended after a while. */
const PRELUDE = `
set -euo pipefail
curl() {
  local code=0
  command curl --silent --max-time 20 --write-out '%{stderr}\\n${MARK} %{http_code} %{url_effective}\\n' "$@" || code=$?
  case "$code $*" in '28 -N '*) return 0 ;; esac
  return "$code"
}
`;

/** Runs a page's blocks one after the other in one shell, in `folder`. Rejects if a command fails. */
export async function runDocumented(
  script: string,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<AnsweredRequest[]> {
  // Commands that end by themselves get their time. A stream does not end.
  const shortened = script.replaceAll('curl -N ', 'curl -N --max-time 2 ');
  const child = spawn('bash', ['-c', PRELUDE + shortened], {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The page's commands ended with ${code}:\n${said}`);
  return [...said.matchAll(new RegExp(`^${MARK} (\\d+) (.*)$`, 'gm'))].map(([, status, url = '']) => ({
    status: Number(status),
    url,
  }));
}
