import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';

import { Cached } from '../../cache/cached.decorator.js';
import { foreignApiOf, type ForeignDocs } from '../../common/http/foreign/foreign-contract.js';
import { configOf } from '../../common/http/route-config.js';
import { Public } from '../../common/http/public.decorator.js';
import { IgnoresIdempotencyKey } from '../../modules/idempotency/ignores-idempotency-key.decorator.js';

/** The values of our own decorators on a route, which the document's generator does not read. */
export interface RouteFacts {
  isPublic: boolean;
  isCached: boolean;
  ignoresIdempotencyKey: boolean;
  isStream: boolean;
  foreign: ForeignDocs | null;
}

/**
 * `UsersController.create` becomes `usersCreate`. At the second path of a route, which is called `create[1]` here, it
 * becomes `usersCreate2`.
 */
export const operationIdOf = (controller: string, method: string): string => {
  const name = controller.replace(/Controller$/, '');
  const [, base = method, alias = '0'] = /^(.*)\[(\d+)\]$/.exec(method) ?? [];
  const id = name.charAt(0).toLowerCase() + name.slice(1) + base.charAt(0).toUpperCase() + base.slice(1);
  return alias === '0' ? id : `${id}${Number(alias) + 1}`;
};

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what the Reflector takes
type Handler = Function;

interface ControllerClass extends Handler {
  readonly prototype: object;
}

/** Every class with routes. */
export const controllersOf = (app: INestApplicationContext): ControllerClass[] =>
  [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) =>
      metatype ? [metatype as ControllerClass] : [],
    ),
  );

/** The methods of a class. */
export const handlersOf = (prototype: object): [string, Handler][] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, descriptor]) => {
    const value: unknown = descriptor.value;
    return typeof value === 'function' ? [[name, value]] : [];
  });

/** By operation id, for every method of every controller. */
export function routeFacts(app: INestApplicationContext): ReadonlyMap<string, RouteFacts> {
  const reflector = app.get(Reflector);
  const facts = new Map<string, RouteFacts>();
  for (const controller of controllersOf(app)) {
    for (const [method, handler] of handlersOf(controller.prototype)) {
      facts.set(operationIdOf(controller.name, method), {
        isPublic: Boolean(reflector.getAllAndOverride(Public, [handler, controller])),
        isCached: Boolean(reflector.get(Cached, handler)),
        ignoresIdempotencyKey: Boolean(
          reflector.getAllAndOverride(IgnoresIdempotencyKey, [handler, controller]),
        ),
        isStream: configOf(handler).isStream ?? false,
        foreign: foreignApiOf(handler)?.docs ?? null,
      });
    }
  }
  return facts;
}
