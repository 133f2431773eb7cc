// Seeds a server over HTTP with an API key, typed by the contract.
import createClient from 'openapi-fetch';
import type { paths } from '../src/lib/api.d.ts';

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer B } } };
}
  ? B
  : never;

export class Api {
  /** The whole contract, for what has no method here. */
  readonly client;

  constructor(url: string, apiKey: string) {
    this.client = createClient<paths>({ baseUrl: `${url}/api/v1`, headers: { 'X-API-Key': apiKey } });
  }

  /** Captures an idea and returns its number. */
  async capture(title: string, more: Omit<Body<'/ideas'>, 'title'> = {}): Promise<number> {
    const { data, error } = await this.client.POST('/ideas', { body: { ...more, title } });
    if (!data) throw new Error(`capture "${title}": ${JSON.stringify(error)}`);
    return data.number;
  }

  /** Captures ideas called "prefix 1", "prefix 2" … and returns their numbers. */
  async captureMany(count: number, prefix: string): Promise<number[]> {
    const numbers: number[] = [];
    for (let i = 1; i <= count; i++) numbers.push(await this.capture(`${prefix} ${i}`));
    return numbers;
  }

  /** Relates two ideas. */
  async relate(source: number, target: number, type: 'related' | 'parent' | 'blocks' | 'inspires' | 'supersedes' = 'related'): Promise<void> {
    const { error } = await this.client.POST('/map/relations', {
      body: { source_idea_id: source, target_idea_id: target, relation_type: type },
    });
    if (error) throw new Error(`relate ${source} to ${target}: ${JSON.stringify(error)}`);
  }
}
