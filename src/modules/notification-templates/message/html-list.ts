import sanitizeHtml from 'sanitize-html';

const TAGS = (
  'a abbr address article aside b blockquote body br caption center cite code col colgroup dd div dl dt em figcaption ' +
  'figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img li main meta ol p pre s section small span strike ' +
  'strong sub sup table tbody td tfoot th thead tr u ul'
).split(' ');

const TABLE = ['bgcolor', 'background', 'border', 'cellpadding', 'cellspacing', 'height', 'nowrap', 'valign'];

/**
 * The elements that mail programs show and that execute nothing: no scripts, no handlers, no forms, no style sheets.
 */
const MAIL: sanitizeHtml.IOptions = {
  allowedTags: TAGS,
  allowedAttributes: {
    '*': ['align', 'aria-*', 'class', 'dir', 'id', 'lang', 'role', 'style', 'title', 'width'],
    a: ['href', 'name', 'rel', 'target'],
    body: ['bgcolor', 'text', 'link'],
    col: ['span'],
    font: ['color', 'face', 'size'],
    html: ['xmlns'],
    img: ['alt', 'border', 'height', 'src'],
    li: ['value'],
    meta: ['charset', 'content', 'name'],
    ol: ['start', 'type'],
    table: [...TABLE, 'summary'],
    td: [...TABLE, 'abbr', 'colspan', 'headers', 'rowspan', 'scope'],
    th: [...TABLE, 'abbr', 'colspan', 'headers', 'rowspan', 'scope'],
    tr: TABLE,
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https', 'cid'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'background'],
  allowProtocolRelative: false,
  parseStyleAttributes: false,
};

/** The same parser without any refusal. So a difference between the two results is exactly what the list refuses. */
const ANYTHING: sanitizeHtml.IOptions = {
  allowedTags: false,
  allowedAttributes: false,
  allowVulnerableTags: true,
  allowedSchemesAppliedToAttributes: [],
  parseStyleAttributes: false,
};

/** Whether the sanitiser leaves this one start tag unchanged. */
export const isCleanTag = (tag: string): boolean => sanitizeHtml(tag, MAIL) === sanitizeHtml(tag, ANYTHING);

const WEB_IMAGE = /url\(\s*(?:'|"|&quot;|&#39;)?https?:\/\/[^'"()\\\s\uE000&]*(?:'|"|&quot;|&#39;)?\s*\)/gi;
const RISKY = /[\\<>@{}]|\/\*|&#|url\s*\(|image-set|expression\s*\(|script\s*:|behaviou?r\s*:|-moz-binding/i;

/** Whether a style executes nothing, and loads nothing except images from the web. */
export const isCleanStyle = (style: string): boolean => !RISKY.test(style.replace(WEB_IMAGE, ''));
