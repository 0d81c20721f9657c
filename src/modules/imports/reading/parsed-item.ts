import { DomainError } from '../../../common/errors/domain-error.js';
import { DEFAULT_BODY_BOUNDS } from '../../../common/http/body/body-bounds.decorator.js';
import { scanJson } from '../../../common/http/body/json-scan.js';
import { UnreadableFile } from '../imports.errors.js';

/** The value of an item, or why the body of a request could not hold it: it is nested too deep, or would not come back equal. */
export type ParsedItem = { value: unknown; fault: null } | { value: null; fault: DomainError };

/** Throws `UnreadableFile` for what is no JSON. */
export function parsedItem(text: Buffer): ParsedItem {
  try {
    scanJson(text, DEFAULT_BODY_BOUNDS);
  } catch (error) {
    if (error instanceof DomainError) return { value: null, fault: error };
    throw error;
  }
  return { value: parsedJson(text), fault: null };
}

/** Throws `UnreadableFile`. */
export function parsedJson(text: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)) as unknown;
  } catch {
    throw new UnreadableFile('imports.malformed_file');
  }
}
