import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

import type { FieldError } from '../../../common/errors/domain-error.js';
import { schemaFaults } from './schema-faults.js';

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only for validating schemas. */
const meta = new Ajv2020({ strict: false, validateFormats: false });

/** The faults of the schema of a template's values, each with its path from `variables`. */
export function faultsOfSchema(schema: Members): FieldError[] {
  const faults = schemaFaults(schema, 'variables');
  if (faults.length > 0) return faults;
  if (meta.validateSchema(schema) !== true)
    return (meta.errors ?? []).map((error) => toFieldError('variables', error));
  const { type } = schema;
  return type === undefined || type === 'object'
    ? []
    : [{ path: 'variables.type', code: 'invalid_value', message: 'the values are an object' }];
}

/** The variables of a template, and the check of values against their schema. */
export class VariableSchema {
  private readonly validate: ValidateFunction;

  constructor(private readonly schema: Members) {
    // A separate instance for each schema, because an instance keeps everything that it has ever compiled.
    const ajv = new Ajv2020({
      ...{ meta: false, validateSchema: false, strict: false, validateFormats: false },
      ...{ allErrors: false, ownProperties: true, useDefaults: true },
    });
    this.validate = ajv.compile(schema);
  }

  get names(): string[] {
    return Object.keys(this.properties);
  }

  get required(): string[] {
    const { required } = this.schema;
    return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  }

  isDeclared(name: string): boolean {
    return Object.hasOwn(this.properties, name);
  }

  /** The JSON types that a variable may have. Null: any. */
  typesOf(name: string): readonly string[] | null {
    const property = this.isDeclared(name) ? this.properties[name] : undefined;
    const type = isMembers(property) ? property['type'] : undefined;
    if (typeof type === 'string') return [type];
    return Array.isArray(type) ? type.filter((one) => typeof one === 'string') : null;
  }

  /** Fills in defaults, so `values` must belong to the caller. Empty: the values are valid. */
  faultsOf(values: Members): FieldError[] {
    if (this.validate(values)) return [];
    return (this.validate.errors ?? []).slice(0, 10).map((error) => toFieldError('variables', error));
  }

  private get properties(): Members {
    const { properties } = this.schema;
    return isMembers(properties) ? properties : {};
  }
}

function toFieldError(at: string, { instancePath, keyword, message, params }: ErrorObject): FieldError {
  const missing: unknown = keyword === 'required' ? params['missingProperty'] : undefined;
  const path = [at, ...instancePath.split('/').slice(1), ...(typeof missing === 'string' ? [missing] : [])];
  return {
    path: path.join('.'),
    code: keyword,
    message: missing === undefined ? (message ?? 'is not valid') : 'is required',
  };
}
