import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of a document, which @nestjs/swagger does not export by name. */
export type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
export type Components = NonNullable<OpenAPIObject['components']>;
export type Schema = NonNullable<Components['schemas']>[string];
export type Response = NonNullable<Components['responses']>[string];
export type ResponseObject = Exclude<Response, { $ref: string }>;
export type HeaderObjects = NonNullable<ResponseObject['headers']>;

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/** One operation, with its path and method. */
export interface PlacedOperation {
  path: string;
  method: Method;
  operation: Operation;
}

/** Every operation of a document. */
export const operationsOf = ({ paths }: Pick<OpenAPIObject, 'paths'>): PlacedOperation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
