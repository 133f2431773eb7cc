// The answer to "develop this idea", event by event.
import { developIdea } from '../ai/calls.ts';
import type { DevelopRequest, Provider, Spec } from '../ai/wire.ts';
import { readEvents } from '../sse.ts';

export type DevelopEvent =
  | { kind: 'start'; version: number; provider: Provider; model: string }
  | { kind: 'text'; text: string }
  | { kind: 'done'; spec: Spec }
  | { kind: 'error'; error: string; version: number | null };

/** Asks for a specification. Throws an ApiError if it is refused, and what a broken connection throws. */
export async function* develop(id: number, request: DevelopRequest, signal: AbortSignal): AsyncGenerator<DevelopEvent> {
  for await (const { event, data } of readEvents(await developIdea(id, request, signal))) {
    switch (event) {
      case 'start':
        yield { kind: 'start', ...(JSON.parse(data) as { version: number; provider: Provider; model: string }) };
        break;
      case 'text':
        yield { kind: 'text', text: (JSON.parse(data) as { text: string }).text };
        break;
      case 'done':
        yield { kind: 'done', spec: JSON.parse(data) as Spec };
        return;
      case 'error':
        yield { kind: 'error', ...(JSON.parse(data) as { error: string; version: number | null }) };
        return;
    }
  }
}
