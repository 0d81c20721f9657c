import { describe, expect, it } from 'vitest';

import { accepted } from '../../../src/common/http/accept.js';
import { eventFrame, lastEventIdOf } from '../../../src/common/http/sse.js';

const OFFERED = ['application/json', 'text/plain', 'text/event-stream'] as const;

describe('the media type that a client wants', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/*', 'text/plain'],
    ['text/event-stream', 'text/event-stream'],
    ['Text/Event-Stream; q=0.9, application/json;q=0.8', 'text/event-stream'],
    ['text/plain;q=0, text/*', 'text/event-stream'],
    ['*/*;q=0.1, text/plain', 'text/plain'],
    ['image/png', null],
    ['application/json;q=none', null],
  ])('by %j is %j', (header, expected) => {
    expect(accepted(header, OFFERED)).toBe(expected);
  });
});

describe('a server-sent event', () => {
  it('is one line for each field, whatever is in them', () => {
    expect(eventFrame({ id: '7', event: 'message', data: { text: 'a\nb' } })).toBe(
      'id: 7\nevent: message\ndata: {"text":"a\\nb"}\n\n',
    );
    expect(eventFrame({ id: '7\ndata: x', event: 'a\r\nb', data: null })).toBe(
      'id: 7 data: x\nevent: a  b\ndata: null\n\n',
    );
  });

  it('goes on after the last one that the client names', () => {
    expect(lastEventIdOf({ headers: { 'last-event-id': 'x' } })).toBe('x');
    expect(lastEventIdOf({ headers: { 'last-event-id': '' } })).toBeNull();
    expect(lastEventIdOf({ headers: {} })).toBeNull();
  });
});
