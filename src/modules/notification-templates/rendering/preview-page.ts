import { FIELDS } from '../template.js';
import type { Rendered } from './rendering.service.js';
import { escapeHtml } from './slot-values.js';

/** The page executes nothing, sends nothing and loads only images, whatever the template contains. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src https: http:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox',
].join('; ');

export const PREVIEW_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const STYLE =
  'body{font:16px/1.5 sans-serif;margin:2rem}dt{color:#555}dd{margin:0 0 1rem;white-space:pre-wrap}' +
  'iframe{width:100%;height:70vh;border:1px solid #ccc}';

/** The message as a page. The HTML of a mail is in a frame of its own that executes nothing. */
export function previewPage(key: string, { fields, version, locale }: Rendered & { locale: string }): string {
  const parts = FIELDS.flatMap((field) => {
    const rendered = fields[field];
    if (!rendered) return [];
    const name = `<dt>${field} <small lang="en">(${escapeHtml(rendered.locale)})</small></dt>`;
    const text = escapeHtml(rendered.text);
    const shown = field === 'html' ? `<iframe title="html" sandbox srcdoc="${text}"></iframe>` : text;
    return [`${name}<dd lang="${escapeHtml(rendered.locale)}">${shown}</dd>`];
  });
  const title = `${escapeHtml(key)}, ${version === 'draft' ? 'draft' : `version ${version}`}, ${escapeHtml(locale)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body><h1>${title}</h1><dl>${parts.join('\n')}</dl></body></html>
`;
}
