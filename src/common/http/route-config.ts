import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/**
 * A decorator of a handler, or of a controller for all its handlers, that Fastify's hooks can read in
 * `request.routeOptions.config`: they run before Nest has a context that a `Reflector` could ask. What a handler declares
 * itself wins over what its controller declares.
 */
export const routeConfig =
  (config: Partial<FastifyContextConfig>): ClassDecorator & MethodDecorator =>
  (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor) {
      const handler = descriptor.value as object;
      define(handler, { ...configOf(handler), ...config });
      return;
    }
    for (const handler of handlersOf(target)) define(handler, { ...config, ...configOf(handler) });
  };

/** What the decorators of a handler say. */
export const configOf = (handler: object): Partial<FastifyContextConfig> =>
  (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
    Partial<FastifyContextConfig> | undefined) ?? {};

const define = (handler: object, config: Partial<FastifyContextConfig>): void =>
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, config, handler);

/** The methods that a controller declares. */
export function handlersOf(controller: object): object[] {
  if (!('prototype' in controller) || typeof controller.prototype !== 'object') return [];
  return Object.entries(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(
    ([name, { value }]: [string, PropertyDescriptor]) =>
      typeof value === 'function' && name !== 'constructor' ? [value as object] : [],
  );
}
