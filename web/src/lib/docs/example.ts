// An example of each call, made from its description.
import { access, resolve, type Document, type Operation, type Schema } from './openapi.ts';

/** What a field is filled with, by its name. */
const samples: Record<string, unknown> = {
  title: 'Grow tomatoes on the roof',
  body: 'South side, **no shade** after ten.',
  note: 'The roof has to carry the tubs first.',
  email: 'ada@example.org',
  display_name: 'Ada',
  password: 'a few words in a row',
  current_password: 'a few words in a row',
  new_password: 'a few other words in a row',
  token: 'FROM_THE_SETUP_LINK',
  label: 'Laptop',
  name: 'garden',
  tag: 'garden',
  tags: ['garden', 'roof'],
  add_tags: ['garden'],
  remove_tags: ['inbox'],
  ids: [12, 13],
  numbers: '12,13',
  url: 'https://example.org/tomatoes',
  source_url: 'https://example.org/tomatoes',
  q: 'tomatoes roof',
  color: '#39ff14',
  settings_json: '{"weekly_digest":false}',
  source_idea_id: 12,
  target_idea_id: 13,
  absorb_id: 13,
  parent_id: 7,
  link_id: 3,
  id: 12,
  x: 120.5,
  y: -48,
};

/** How many fields an example has when none is required. */
const few = 2;

/** A value that a schema allows. */
export function example(doc: Document, schema: Schema, name = ''): unknown {
  const whole = resolve(doc, schema);
  if (whole.examples?.length) return whole.examples[0];
  if (whole.enum) return whole.enum[0];
  if (name in samples) return samples[name];
  const choice = (whole.oneOf ?? whole.anyOf)?.[0];
  if (choice) return example(doc, choice, name);
  switch ([whole.type].flat()[0]) {
    case 'object':
      return exampleObject(doc, whole);
    case 'array':
      return [example(doc, whole.items ?? {})];
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

function exampleObject(doc: Document, { properties = {}, required = [] }: Schema): Record<string, unknown> {
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, few);
  return Object.fromEntries(names.map((name) => [name, example(doc, properties[name] ?? {}, name)]));
}

/** A curl command for an operation. */
export function curl(doc: Document, operation: Operation, origin: string): string {
  const { method, responses, requestBody } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const parts = [`curl ${quoted(origin + (doc.servers?.[0]?.url ?? '') + address(doc, operation))}`];
  if (method !== 'GET' && !(method === 'POST' && body)) parts.push(`-X ${method}`);
  if (Object.values(responses).some((r) => r.content?.['text/event-stream'])) parts.push('-N');
  if (access(operation) === 'key') parts.push('-H "X-API-Key: $NEURALREPO_API_KEY"');
  if (access(operation) === 'session') parts.push('-b cookies.txt');
  // What begins a session keeps its cookie for the calls that need one.
  if (Object.values(responses).some((r) => r.headers?.['Set-Cookie']) && access(operation) === 'anybody') parts.push('-c cookies.txt');
  if (body) parts.push(`--json ${quoted(JSON.stringify(example(doc, body)))}`);
  return parts.join(' \\\n  ');
}

function address(doc: Document, { path, parameters = [] }: Operation): string {
  const sample = (name: string) =>
    String(example(doc, parameters.find((parameter) => parameter.name === name)?.schema ?? {}, name));
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=${encodeURIComponent(sample(name))}`)
    .join('&');
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(sample(name))) + (query && `?${query}`);
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
