import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/**
 * A decorator for a handler, or for all handlers of a controller, whose value Fastify's hooks read from
 * `request.routeOptions.config`. They run before Nest has a context for a `Reflector`. A handler's own value takes
 * precedence over its controller's.
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

/** The values of a handler's decorators. */
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
