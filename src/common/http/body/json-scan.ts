import type { FieldError } from '../../errors/domain-error.js';
import { Invalid, Malformed } from '../../errors/kinds.js';
import type { BodyBounds } from './body-bounds.decorator.js';
import { comesBackEqual } from './json-numbers.js';
import { JsonPosition } from './json-position.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** A number with so few digits and no exponent fits into a double. */
const SAFE_DIGITS = 15;
/** No program writes longer numbers, and `BigInt` needs time quadratic in their length. */
const MAX_DIGITS = 400;
const MAX_FAULTS = 20;

/**
 * Scans the bytes of a JSON text once, from left to right, without building values. Throws `Malformed` past the
 * limits, and `Invalid` with the path of each value that would not be returned equal: numbers that a double cannot
 * hold, and lone surrogates. Does not check the grammar, because the parser does.
 */
export function scanJson(bytes: Buffer, bounds: Pick<BodyBounds, 'depth' | 'members'>): void {
  const position = new JsonPosition(bytes);
  const faults: FieldError[] = [];
  // Starts at -1, because the outermost value is no member.
  let members = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      const isKey = position.expectsKey;
      const end = stringEnd(bytes, at, () => faults.push(surrogateAt(position.path())));
      if (isKey) position.key(at, end);
      else members += 1;
      at = end - 1;
    } else if (byte === 0x2c) position.next();
    else if (byte === 0x7b || byte === 0x5b) {
      position.open(byte === 0x5b);
      members += 1;
      if (position.depth > bounds.depth)
        throw new Malformed(`The body is nested more than ${bounds.depth} levels deep.`);
    } else if (byte === 0x7d || byte === 0x5d) position.close();
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      const end = numberEnd(bytes, at);
      if (isLost(bytes, at, end)) faults.push(lossAt(position.path()));
      members += 1;
      at = end - 1;
    } else if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
      members += 1;
      at = wordEnd(bytes, at) - 1;
    }
    if (members > bounds.members) throw new Malformed(`The body has more than ${bounds.members} members.`);
    if (faults.length >= MAX_FAULTS) break;
  }
  if (faults.length > 0) throw new Invalid(faults);
}

/** The position after the closing quote. Reports each `\u` escape of half a surrogate pair. */
function stringEnd(bytes: Buffer, start: number, report: () => void): number {
  let at = start + 1;
  let isReported = false;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) at += 1;
    else if (bytes[at + 1] !== LOWER_U) at += 2;
    else {
      const length = escapeLength(bytes, at);
      if (length === 0 && !isReported) {
        isReported = true;
        report();
      }
      at += length === 0 ? 6 : length;
    }
  }
  return bytes.length;
}

/** The bytes of a `\u` escape, or of a pair of them; 0 for half a pair. */
function escapeLength(bytes: Buffer, at: number): number {
  const unit = unitAt(bytes, at);
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  const isPair =
    unit <= 0xdbff &&
    bytes[at + 6] === BACKSLASH &&
    bytes[at + 7] === LOWER_U &&
    (unitAt(bytes, at + 6) & 0xfc00) === 0xdc00;
  return isPair ? 12 : 0;
}

function unitAt(bytes: Buffer, at: number): number {
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit += 1) unit = unit * 16 + hexValue(bytes[digit] ?? 0);
  return unit;
}

/** 0 if it is no digit. The parser refuses the escape. */
function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 0;
}

function numberEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const isPart =
      (byte >= 0x30 && byte <= 0x39) ||
      byte === 0x2e ||
      byte === 0x65 ||
      byte === 0x45 ||
      byte === 0x2b ||
      byte === 0x2d;
    if (!isPart) break;
  }
  return at;
}

function wordEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x61 && (bytes[at] ?? 0) <= 0x7a) at += 1;
  return at;
}

function isLost(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= SAFE_DIGITS && !hasExponent(bytes, start, end)) return false;
  return end - start > MAX_DIGITS || !comesBackEqual(bytes.toString('latin1', start, end));
}

function hasExponent(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] ?? 0) > 0x39) return true;
  return false;
}

const lossAt = (path: string): FieldError => ({
  path,
  code: 'number_out_of_range',
  message: 'cannot be kept exactly: send it as text',
});

const surrogateAt = (path: string): FieldError => ({
  path,
  code: 'invalid_unicode',
  message: 'must not hold half a surrogate pair',
});
