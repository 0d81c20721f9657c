import { type INestApplication, type RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/internal';
import { ModulesContainer, Reflector } from '@nestjs/core';

import { handlersOf } from './route-config.js';

/**
 * The controller's paths are used as written, without the prefix: `@Unprefixed() @Controller(['api/v1/rooms',
 * 'api/rooms'])`.
 */
export const Unprefixed = Reflector.createDecorator<void, true>({ transform: () => true });

interface Route {
  path: string;
  method: RequestMethod;
}

/**
 * Puts `prefix` before the paths of every controller that is not `@Unprefixed()`. Call it before the application is
 * initialised.
 */
export function prefixRoutes(app: INestApplication, prefix: string): void {
  const unprefixed = [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .flatMap(({ metatype }) => (typeof metatype === 'function' && isUnprefixed(metatype) ? [metatype] : []))
    .flatMap((controller) => routesOf(controller as Type));
  app.setGlobalPrefix(prefix, { exclude: unprefixed });
}

const isUnprefixed = (controller: object): boolean =>
  Reflect.getMetadata(Unprefixed.KEY, controller) === true;

function routesOf(controller: Type): Route[] {
  return handlersOf(controller).flatMap((handler) => {
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    return pathsOf(controller).flatMap((outer) =>
      pathsOf(handler).map((inner) => ({ path: `${outer}/${inner}`.replaceAll(/\/+/g, '/'), method })),
    );
  });
}

const pathsOf = (owner: object): string[] => {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, owner);
  return (Array.isArray(path) ? path : [path]).map((one) => String(one ?? ''));
};
