/** As much of JSON Schema as options need. `{}` takes everything. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** The object that a schema takes, if it takes one. */
export function objectIn(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (schema?.properties !== undefined) return schema;
  return schema?.anyOf?.map((one) => objectIn(one)).find((one) => one !== undefined);
}

/** The schema at a path of keys. */
export function schemaAt(schema: JsonSchema, path: string): JsonSchema | undefined {
  return path
    .split('.')
    .filter((key) => key !== '')
    .reduce<JsonSchema | undefined>((inner, key) => objectIn(inner)?.properties?.[key], schema);
}

/** Whether a schema takes a plain value: text, a number, a boolean or an object as a whole. */
export function accepts(schema: JsonSchema, value: unknown): boolean {
  if (schema.anyOf) return schema.anyOf.some((one) => accepts(one, value));
  if (schema.type === undefined) return true;
  if ('const' in schema && schema.const !== value) return false;
  if (schema.type === 'integer' || schema.type === 'number') {
    if (typeof value !== 'number' || Number.isNaN(value)) return false;
    const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = schema;
    const isWhole = schema.type === 'number' || Number.isInteger(value);
    return isWhole && value >= minimum && value > exclusiveMinimum && value <= maximum;
  }
  if (schema.type === 'array') return Array.isArray(value);
  return typeof value === schema.type && value !== null;
}
