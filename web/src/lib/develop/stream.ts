// The answer to "develop this idea", event by event.
import { developIdea } from '../ai/calls.ts';
import type { DevelopRequest, Spec, SpecBegun, SpecFailed, SpecText } from '../ai/wire.ts';
import { readEvents } from '../sse.ts';

export type DevelopEvent =
  | ({ kind: 'start' } & SpecBegun)
  | ({ kind: 'text' } & SpecText)
  | { kind: 'done'; spec: Spec }
  | ({ kind: 'error' } & SpecFailed);

/** Asks for a specification. Throws an ApiError if it is refused, and what a broken connection throws. */
export async function* develop(id: number, request: DevelopRequest, signal: AbortSignal): AsyncGenerator<DevelopEvent> {
  for await (const { event, data } of readEvents(await developIdea(id, request, signal))) {
    switch (event) {
      case 'start':
        yield { kind: 'start', ...(JSON.parse(data) as SpecBegun) };
        break;
      case 'text':
        yield { kind: 'text', ...(JSON.parse(data) as SpecText) };
        break;
      case 'done':
        yield { kind: 'done', spec: JSON.parse(data) as Spec };
        return;
      case 'error':
        yield { kind: 'error', ...(JSON.parse(data) as SpecFailed) };
        return;
    }
  }
}
