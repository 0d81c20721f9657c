import 'reflect-metadata';

import { describe, expect, it } from 'vitest';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';

import { Cached, NoCache } from '../../src/cache/cached.decorator.js';
import { exportsOf, sourceFiles } from './source-files.js';

type Handler = (...args: never[]) => unknown;

async function getHandlers(): Promise<{ name: string; handler: Handler }[]> {
  const modules = await Promise.all(sourceFiles('src/**/*.controller.ts').map(exportsOf));
  const controllers = modules.flatMap(Object.values).filter((value) => typeof value === 'function');
  return controllers.flatMap((controller) =>
    Object.entries(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(([method, { value }]) => {
      const isGet =
        typeof value === 'function' && Reflect.getMetadata(METHOD_METADATA, value) === RequestMethod.GET;
      return isGet ? [{ name: `${controller.name}.${method}`, handler: value as Handler }] : [];
    }),
  );
}

describe('GET routes', () => {
  it('say each whether they are cached, and why if they are not', async () => {
    const reflector = new Reflector();
    const handlers = await getHandlers();
    expect(handlers.length).toBeGreaterThan(5);
    const silent = handlers.filter(({ handler }) => {
      const isCached = reflector.get(Cached, handler) !== undefined;
      const said = reflector.get(NoCache, handler) ?? '';
      const reason = typeof said === 'string' ? said : said.because;
      return isCached === reason.length > 0;
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
