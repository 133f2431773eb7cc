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
export type Field = {
  name: string;
  type: string;
  required: boolean;
  text: string;
  limits: string;
  /** All that it may be, if that can be listed. */
  values: string[];
  depth: number;
};

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
  const { method, path, summary, description, operationId, tags, parameters } = operation;
  const text = [method, path, summary, description, operationId, tags, parameters?.map((p) => p.name)]
    .flat()
    .join(' ')
    .toLowerCase();
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

/** The one schema of a value that may also be null; otherwise the schema itself. */
export function present(doc: Document, schema: Schema): Schema {
  const whole = resolve(doc, schema);
  const choices = whole.anyOf?.filter((choice) => choice.type !== 'null') ?? [];
  return choices.length === 1 ? resolve(doc, choices[0]!) : whole;
}

/** How far a value may go, in words. */
export function limits(schema: Schema): string {
  const out: string[] = [];
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
  const number = (n?: number) => n?.toLocaleString('en');
  const text =
    most === undefined
      ? `at least ${number(least)}`
      : least === undefined
        ? `at most ${number(most)}`
        : `${number(least)} to ${number(most)}`;
  return of ? `${text} ${of}` : text;
}

/** How deep fields within fields are shown; deeper ones have a name to look up. */
const deepest = 2;

/**
 * The fields of a schema, what is required before what is not, and those of
 * objects within it indented behind them.
 */
export function fields(doc: Document, schema: Schema, depth = 0): Field[] {
  const whole = present(doc, schema);
  if (whole.items && depth === 0) return fields(doc, whole.items, depth);
  const required = (name: string) => whole.required?.includes(name) ?? false;
  return Object.entries(whole.properties ?? {})
    .toSorted(([a], [b]) => Number(required(b)) - Number(required(a)))
    .flatMap(([name, property]) => {
      const row = { ...describe(doc, property), name, required: required(name), depth };
      const inner = present(doc, property);
      const below = inner.items ?? inner;
      return depth < deepest && resolve(doc, below).properties ? [row, ...fields(doc, below, depth + 1)] : [row];
    });
}

/** What a table says of a value, whatever its name is. */
export function describe(doc: Document, schema: Schema): Pick<Field, 'type' | 'text' | 'limits' | 'values'> {
  const inner = present(doc, schema);
  const said = schema.description ?? schema.anyOf?.find((choice) => choice.description)?.description;
  const values = inner.enum ?? (inner.items && resolve(doc, inner.items).enum) ?? [];
  return {
    type: typeName(schema),
    text: said ?? inner.description ?? '',
    limits: limits(inner),
    values: values.map(String),
  };
}

/** By what an operation lets in: nothing needed, an API key or a session, or a session alone. */
export function access(operation: Operation): 'anybody' | 'key' | 'session' {
  const schemes = (operation.security ?? []).flatMap((rule) => Object.keys(rule));
  if (schemes.length === 0) return 'anybody';
  return schemes.includes('apiKey') ? 'key' : 'session';
}
