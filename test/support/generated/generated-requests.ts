import fc from 'fast-check';

import { pathOf, type HostileRequest, type Target } from '../hostile/hostile-requests.js';
import { arbitraryOf } from './arbitrary-of.js';

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema?: unknown;
}

const encoded = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed());

/** Requests that the document of an operation mostly allows: existing and missing ids, any parameters, any body. */
export function generatedRequests(target: Target, seed: number, count: number): HostileRequest[] {
  const { operation, schemas, ids } = target;
  const parameters = (operation.parameters ?? []) as Parameter[];
  const inPlace = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const ofPath = inPlace('path').map(({ schema }, index) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(ids[index] ?? 'x') },
      {
        weight: 1,
        arbitrary: arbitraryOf(schema, schemas)
          .map(encoded)
          .filter((part) => part !== '' && !/^\.+$/.test(part)),
      },
    ),
  );
  const query = fc.record(
    Object.fromEntries(inPlace('query').map(({ name, schema }) => [name, arbitraryOf(schema, schemas)])),
    { requiredKeys: inPlace('query').flatMap(({ name, required }) => (required ? [name] : [])) },
  );
  const content =
    operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {};
  const schema = content['application/json']?.schema;
  const body = schema === undefined ? fc.constant(undefined) : arbitraryOf(schema, schemas);
  const requests = fc.tuple(fc.tuple(...ofPath), query, body).map(([parts, parameterValues, payload]) => {
    const pairs = Object.entries(parameterValues).map(([name, value]) => `${name}=${encoded(value)}`);
    const url = pathOf(target, parts) + (pairs.length > 0 ? `?${pairs.join('&')}` : target.query);
    const json = payload === undefined ? undefined : JSON.stringify(payload);
    return {
      what: `${url.slice(0, 200)} ${json?.slice(0, 400) ?? ''}`,
      url,
      ...(json === undefined ? {} : { payload: json }),
      headers:
        json === undefined ? target.headers : { 'content-type': 'application/json', ...target.headers },
    };
  });
  return fc.sample(requests, { numRuns: count, seed });
}
