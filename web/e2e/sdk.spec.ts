// The agent's endpoint with a client that nobody wrote for this program: the
// AI SDK, unmodified, with its own transport and its own idea of a chat.
import { createServer, type Server as HTTPServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AbstractChat, type ChatInit, type ChatState, type ChatStatus, DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses, type UIMessage } from 'ai';
import { expect, test as base } from './test.ts';

interface Turn {
  text?: string;
  tool?: string;
  input?: string;
}

/** A provider that answers as OpenAI does, with its turns. */
class Provider {
  turns: Turn[] = [];
  readonly #server: HTTPServer = createServer((request, response) => {
    request.resume().on('end', () => {
      const { text = '', tool, input } = this.turns.shift() ?? {};
      const call = { index: 0, id: 'call_1', type: 'function', function: { name: tool, arguments: input } };
      const delta = { role: 'assistant', ...(tool ? { tool_calls: [call] } : { content: text }) };
      const chunk = (choice: object, more = {}) => {
        const data = { id: '1', model: 'm', choices: [{ index: 0, ...choice }], ...more };
        response.write(`data: ${JSON.stringify(data)}\n\n`);
      };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      chunk({ delta });
      chunk({ delta: {}, finish_reason: tool ? 'tool_calls' : 'stop' }, { usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } });
      response.end('data: [DONE]\n\n');
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.#server.close();
  }
}

const test = base.extend<{ provider: Provider }>({
  provider: async ({}, use) => {
    const provider = new Provider();
    await provider.start();
    await use(provider);
    provider.stop();
  },
  environment: async ({ provider }, use) => use({ WORKERS_AI_BASE_URL: provider.url }),
});

class State implements ChatState<UIMessage> {
  status: ChatStatus = 'ready';
  error: Error | undefined;
  messages: UIMessage[] = [];
  pushMessage = (message: UIMessage) => {
    this.messages = [...this.messages, message];
  };
  popMessage = () => {
    this.messages = this.messages.slice(0, -1);
  };
  replaceMessage = (index: number, message: UIMessage) => {
    this.messages = this.messages.map((old, k) => (k === index ? structuredClone(message) : old));
  };
  snapshot = <T>(thing: T): T => structuredClone(thing);
}

class Chat extends AbstractChat<UIMessage> {
  constructor(init: ChatInit<UIMessage>) {
    super({ ...init, state: new State() });
  }
}

test('the AI SDK talks, approves, asks again and resumes', async ({ provider, server, owner, api }) => {
  provider.turns = [
    { tool: 'create_idea', input: '{"title":"Bees"}' },
    { text: 'It is #1.' },
    { tool: 'archive_idea', input: '{"id":1}' },
    { text: 'Archived.' },
    { text: 'Once more.' },
  ];
  const chat = new Chat({
    id: 'sdk',
    transport: new DefaultChatTransport({ api: `${server.url}/api/v1/agent/chat`, headers: { 'X-API-Key': owner.apiKey } }),
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
  });
  const last = () =>
    chat.messages
      .at(-1)
      ?.parts.map((part) => part.type + ('state' in part ? `=${part.state}` : '') + (part.type === 'text' ? ` ${part.text}` : ''));

  await chat.sendMessage({ text: 'Keep this: bees' });
  expect(chat.error).toBeUndefined();
  expect(last()).toEqual(['step-start', 'tool-create_idea=output-available', 'data-artifact', 'step-start', 'text=done It is #1.']);

  await chat.sendMessage({ text: 'Archive it' });
  expect(last()).toEqual(['step-start', 'tool-archive_idea=approval-requested']);
  const archived = async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: 1 } } })).data?.is_archived;
  expect(await archived()).toBe(0);
  for (const part of chat.messages.at(-1)?.parts ?? []) {
    if ('approval' in part && part.approval) await chat.addToolApprovalResponse({ id: part.approval.id, approved: true });
  }
  await expect.poll(last).toContain('text=done Archived.');
  await expect.poll(() => chat.status).toBe('ready');
  expect(await archived()).toBe(1);

  await chat.regenerate();
  expect(last()).toEqual(['step-start', 'text=done Once more.']);
  await chat.resumeStream(); // nothing is under way
  expect(chat.error).toBeUndefined();
  expect(chat.messages).toHaveLength(4);
});
