import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

/** Documents `If-Match` on a route that changes one resource. */
export const AcceptsIfMatch = () =>
  applyDecorators(
    ApiHeader({
      name: 'if-match',
      required: false,
      description: 'The ETag that you read; 412 when the resource has changed since.',
    }),
  );
