// Runs the real mail server of the Go tests, and reads what arrived there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base } from './test.ts';

const root = join(import.meta.dirname, '../..');

interface Place {
  port: number;
  url: string;
  authority: string;
  user: string;
  password: string;
}

export class MailServer {
  private constructor(
    private readonly running: ChildProcess,
    private readonly place: Place,
  ) {}

  /** Starts it. The first time on a machine it is built, which takes a while. */
  static async start(): Promise<MailServer> {
    const running = spawn('go', ['run', './internal/mail/mailtest/mailserver'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await Promise.race([
      once(createInterface(running.stdout), 'line'),
      once(running, 'exit').then(() => Promise.reject(new Error('the mail server did not start'))),
    ]);
    return new MailServer(running, JSON.parse(String(line)) as Place);
  }

  /** The settings with which the program sends through it. */
  get settings(): Record<string, string> {
    return {
      SMTP_HOST: 'localhost',
      SMTP_PORT: String(this.place.port),
      SMTP_TLS: 'starttls',
      SMTP_USERNAME: this.place.user,
      SMTP_PASSWORD: this.place.password,
      SSL_CERT_FILE: this.place.authority,
      MAIL_FROM: 'NeuralRepo <ideas@example.com>',
    };
  }

  /** The texts of the letters to an address, the newest first. */
  async letters(to: string): Promise<{ subject: string; text: string; html: string }[]> {
    const found = (await this.#get(`/api/v1/search?query=${encodeURIComponent(`to:${to}`)}`)) as { messages: { ID: string }[] };
    return Promise.all(
      found.messages.map(async ({ ID }) => {
        const letter = (await this.#get(`/api/v1/message/${ID}`)) as { Subject: string; Text: string; HTML: string };
        return { subject: letter.Subject, text: letter.Text, html: letter.HTML };
      }),
    );
  }

  async stop(): Promise<void> {
    const ended = once(this.running, 'exit');
    this.running.stdin?.end();
    await ended;
  }

  async #get(path: string): Promise<unknown> {
    const answer = await fetch(this.place.url + path);
    if (!answer.ok) throw new Error(`the mail server answered ${answer.status} to ${path}`);
    return answer.json();
  }
}

/** A port that is free now: links lead to an address that is known before the start. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

/** Tests with a mail server, whose program knows the address that its links lead to. */
export const test = base.extend<object, { mail: MailServer }>({
  mail: [
    async ({}, use) => {
      const mail = await MailServer.start();
      await use(mail);
      await mail.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  environment: async ({ mail }, use) => {
    const host = `127.0.0.1:${await freePort()}`;
    await use({ ...mail.settings, NEURALREPO_ADDR: host, NEURALREPO_PUBLIC_URL: `http://${host}` });
  },
});
