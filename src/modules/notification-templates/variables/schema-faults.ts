import type { FieldError } from '../../../common/errors/domain-error.js';

const MAX_DEPTH = 10;
/** With local references expanded, because each node is a check of a part of the value. */
const MAX_NODES = 300;

const CHILD_MAPS = ['properties', '$defs'] as const;
const CHILDREN = ['items', 'additionalProperties', 'not', 'if', 'then', 'else'] as const;
const CHILD_LISTS = ['prefixItems', 'allOf', 'anyOf', 'oneOf'] as const;
/** Keywords that a validator checks in a time that grows only with the value. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...CHILD_MAPS,
  ...CHILDREN,
  ...CHILD_LISTS,
  ...[
    '$schema',
    '$ref',
    '$comment',
    'type',
    'required',
    'enum',
    'const',
    'default',
    'title',
    'description',
    'examples',
  ],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...[
    'minItems',
    'maxItems',
    'minProperties',
    'maxProperties',
    'format',
    'deprecated',
    'readOnly',
    'writeOnly',
  ],
]);
const LOCAL = /^#\/\$defs\/([\w.-]{1,100})$/;

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const ownOf = (value: Members, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;

/** A part of the schema, with its path from the root. */
interface Part {
  schema: Members;
  path: string;
}

/**
 * Why a schema cannot be used: it has keywords that could block the process (`pattern`, `uniqueItems`, external
 * addresses …), or it is too large for a check. The validator decides whether it is a valid JSON Schema.
 */
export function schemaFaults(root: Members, at: string): FieldError[] {
  const walk = new SchemaWalk(isMembers(root['$defs']) ? root['$defs'] : {}, at);
  walk.visit({ schema: root, path: at }, 0);
  if (walk.faults.length === 0) walk.count(root, []);
  return walk.faults;
}

class SchemaWalk {
  readonly faults: FieldError[] = [];
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly definitions: Members,
    private readonly at: string,
  ) {}

  visit({ schema, path }: Part, depth: number): void {
    if (depth > MAX_DEPTH) return this.fault(path, 'too_deep', 'is nested too deeply');
    for (const name of Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword)))
      this.fault(`${path}.${name}`, 'schema_keyword', 'this keyword cannot be used here');
    if (Object.hasOwn(schema, '$defs') && depth > 0)
      this.fault(`${path}.$defs`, 'schema_keyword', 'definitions stand at the root');
    const reference = ownOf(schema, '$ref');
    if (reference !== undefined && this.definitionOf(reference) === null)
      this.fault(`${path}.$ref`, 'schema_reference', 'must name a definition of this schema: #/$defs/name');
    for (const child of childrenOf(schema, path)) this.visit(child, depth + 1);
  }

  /** The number of nodes that a check visits, with references followed. */
  count(schema: Members, within: readonly string[]): number {
    let size = 1 + sizeOfList(ownOf(schema, 'enum')) + sizeOfList(ownOf(schema, 'required'));
    for (const { schema: child, path } of childrenOf(schema, ''))
      if (!path.startsWith('.$defs.')) size += this.count(child, within);
    const name = this.definitionOf(ownOf(schema, '$ref'));
    if (name !== null) size += this.sizeOfDefinition(name, within);
    if (size > MAX_NODES && this.faults.length === 0)
      this.fault(this.at, 'schema_size', `has more than ${MAX_NODES} parts with its references`);
    return size;
  }

  private sizeOfDefinition(name: string, within: readonly string[]): number {
    if (within.includes(name)) {
      if (this.faults.length === 0)
        this.fault(`${this.at}.$defs.${name}`, 'schema_cycle', 'a definition may not contain itself');
      return 0;
    }
    const known = this.sizes.get(name);
    if (known !== undefined) return known;
    const definition = ownOf(this.definitions, name);
    const size = isMembers(definition) ? this.count(definition, [...within, name]) : 1;
    this.sizes.set(name, size);
    return size;
  }

  private definitionOf(reference: unknown): string | null {
    const name = typeof reference === 'string' ? LOCAL.exec(reference)?.[1] : undefined;
    return name !== undefined && Object.hasOwn(this.definitions, name) ? name : null;
  }

  private fault(path: string, code: string, message: string): void {
    this.faults.push({ path, code, message });
  }
}

function childrenOf(schema: Members, path: string): Part[] {
  const found: [string, unknown][] = [];
  for (const name of CHILD_MAPS) {
    const map = ownOf(schema, name);
    if (isMembers(map))
      found.push(...Object.entries(map).map(([key, child]): [string, unknown] => [`${name}.${key}`, child]));
  }
  for (const name of CHILDREN) found.push([name, ownOf(schema, name)]);
  for (const name of CHILD_LISTS) {
    const list = ownOf(schema, name);
    if (Array.isArray(list))
      found.push(...list.map((child, index): [string, unknown] => [`${name}.${index}`, child]));
  }
  return found.flatMap(([name, child]) =>
    isMembers(child) ? [{ schema: child, path: `${path}.${name}` }] : [],
  );
}

const sizeOfList = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
