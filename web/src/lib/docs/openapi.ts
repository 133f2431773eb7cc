/*
 * Reads the OpenAPI document of the server into what the reference page
 * shows: operations by tag, and schemas as rows of fields.
 */

export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  default?: unknown;
  examples?: unknown[];
};

type Content = Record<string, { schema?: Schema }>;

type Answer = {
  $ref?: string;
  description?: string;
  content?: Content;
  headers?: Record<string, { schema?: Schema; description?: string }>;
};

type RawOperation = {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content: Content; required?: boolean };
  responses: Record<string, Answer>;
  security?: Record<string, string[]>[];
};

export type Document = {
  info: { title: string; version: string; description?: string };
  servers?: { url: string }[];
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema>; responses?: Record<string, Answer> };
};

export type Operation = RawOperation & { method: string; path: string };

export type Group = { name: string; description: string; operations: Operation[] };

/** A field of a schema, as one row of a table. */
export type Field = { name: string; type: string; required: boolean; text: string; depth: number };

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The operations by tag, in the document's order of tags. */
export function groups(doc: Document): Group[] {
  const found = new Map<string, Group>();
  for (const tag of doc.tags ?? []) {
    found.set(tag.name, { name: tag.name, description: tag.description ?? '', operations: [] });
  }
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const method of methods) {
      const raw = item[method];
      if (!raw) continue;
      const name = raw.tags?.[0] ?? 'Other';
      if (!found.has(name)) found.set(name, { name, description: '', operations: [] });
      found.get(name)!.operations.push({ ...raw, method: method.toUpperCase(), path });
    }
  }
  return [...found.values()].filter((group) => group.operations.length > 0);
}

/** Whether an operation is one that somebody searches for with these words. */
export function wanted(operation: Operation, words: string): boolean {
  const text =
    `${operation.method} ${operation.path} ${operation.summary ?? ''} ${operation.operationId}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const last = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);

/** The schema that a reference stands for. */
export function resolve(doc: Document, schema: Schema): Schema {
  return schema.$ref ? (doc.components.schemas[last(schema.$ref)] ?? {}) : schema;
}

/** The answer that a reference stands for. */
export function answer(doc: Document, given: Answer): Answer {
  return given.$ref ? (doc.components.responses?.[last(given.$ref)] ?? {}) : given;
}

/** The name of a type, as short as can be. */
export function typeName(schema: Schema): string {
  if (schema.$ref) return last(schema.$ref);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeName).join(' or ');
  const types = [schema.type ?? 'any'].flat();
  return types
    .map((type) =>
      type === 'array'
        ? `${typeName(schema.items ?? {})}[]`
        : type === 'string' && schema.format
          ? `string (${schema.format})`
          : type,
    )
    .join(' or ');
}

/** What a value may be, in words. */
export function limits(schema: Schema): string {
  const out: string[] = [];
  if (schema.enum) out.push(`one of ${schema.enum.join(', ')}`);
  if (schema.minLength !== undefined || schema.maxLength !== undefined)
    out.push(range(schema.minLength, schema.maxLength, 'characters'));
  if (schema.minItems !== undefined || schema.maxItems !== undefined)
    out.push(range(schema.minItems, schema.maxItems, 'entries'));
  if (schema.minimum !== undefined || schema.maximum !== undefined)
    out.push(range(schema.minimum, schema.maximum, ''));
  if (schema.default !== undefined) out.push(`${JSON.stringify(schema.default)} if left out`);
  return out.join('; ');
}

function range(least: number | undefined, most: number | undefined, of: string): string {
  const text =
    most === undefined
      ? `at least ${least}`
      : least === undefined
        ? `at most ${most}`
        : `${least} to ${most}`;
  return of ? `${text} ${of}` : text;
}

/** How deep fields within fields are shown; deeper ones have a name to look up. */
const deepest = 2;

/** The fields of a schema, those of objects within it indented behind them. */
export function fields(doc: Document, schema: Schema, depth = 0): Field[] {
  const whole = resolve(doc, schema);
  if (whole.items && depth === 0) return fields(doc, whole.items, depth);
  return Object.entries(whole.properties ?? {}).flatMap(([name, property]) => {
    const inner = resolve(doc, property);
    const text = [property.description ?? inner.description ?? '', limits(inner)].filter(Boolean).join('; ');
    const row = {
      name,
      type: typeName(property),
      required: whole.required?.includes(name) ?? false,
      text,
      depth,
    };
    const below = inner.items ?? inner;
    return depth < deepest && resolve(doc, below).properties
      ? [row, ...fields(doc, below, depth + 1)]
      : [row];
  });
}

/** A value that a schema allows. */
export function example(doc: Document, schema: Schema, depth = 0): unknown {
  const whole = resolve(doc, schema);
  if (whole.oneOf) return example(doc, whole.oneOf[0]!, depth);
  if (whole.examples?.length) return whole.examples[0];
  if (whole.enum) return whole.enum[0];
  switch ([whole.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(whole.properties ?? {})
          .filter(([name]) => depth < 3 && (whole.required?.includes(name) || depth === 0))
          .map(([name, property]) => [name, example(doc, property, depth + 1)]),
      );
    case 'array':
      return [example(doc, whole.items ?? {}, depth + 1)];
    case 'integer':
    case 'number':
      return Math.max(1, whole.minimum ?? 1);
    case 'boolean':
      return true;
    case 'string':
      return '…';
  }
  return null;
}

/** Whether an operation can be called by anybody. */
export function open(operation: Operation): boolean {
  return (operation.security ?? []).every((rule) => Object.keys(rule).length === 0);
}

/** A curl command for an operation. */
export function curl(doc: Document, operation: Operation, origin: string): string {
  const address = origin + (doc.servers?.[0]?.url ?? '') + operation.path.replace(/\{(\w+)\}/g, '1');
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(
      (parameter) =>
        `${parameter.name}=${encodeURIComponent(String(example(doc, parameter.schema ?? {}) ?? ''))}`,
    )
    .join('&');
  const parts = [`curl '${address}${query ? `?${query}` : ''}'`];
  if (operation.method !== 'GET') parts.push(`-X ${operation.method}`);
  if (!open(operation)) parts.push(`-H "X-API-Key: $NEURALREPO_API_KEY"`);
  const body = operation.requestBody?.content['application/json']?.schema;
  if (body) parts.push(`--json '${JSON.stringify(example(doc, body)).replaceAll("'", "'\\''")}'`);
  return parts.join(' \\\n  ');
}
