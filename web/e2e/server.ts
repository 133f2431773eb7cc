// Starts the real program with a data folder of its own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../bin/neuralrepo');
const startTime = 15_000;
const stopTime = 10_000;

/** Somebody with an account. */
export interface Person {
  email: string;
  name: string;
  password: string;
  apiKey: string;
}

export class Server {
  /** Everything the program wrote, for a test that failed. */
  log = '';
  /** Where it listens, without a slash at the end. */
  url = '';
  #process: ChildProcess | undefined;
  #people = 0;

  private constructor(
    readonly data: string,
    private environment: Record<string, string>,
  ) {}

  /** Prepares a server with an empty data folder and settings of its own, not started yet. */
  static async prepare(environment: Record<string, string> = {}): Promise<Server> {
    return new Server(await mkdtemp(join(tmpdir(), 'neuralrepo-e2e-')), environment);
  }

  /** Starts the program again, with more settings. */
  async restart(environment: Record<string, string>): Promise<void> {
    await this.stop();
    this.environment = { ...this.environment, ...environment };
    await this.start();
  }

  /** Makes an account from the command line, as an operator would. */
  async addPerson(name = 'Ada Example'): Promise<Person> {
    const email = `person${++this.#people}@example.org`;
    const password = `correct horse ${this.#people} battery`;
    const made = execFile(program, ['user', 'add', email, '--name', name, '--password-stdin', '--api-key', 'e2e'], {
      env: this.#env(),
    });
    let apiKey = '';
    let trouble = '';
    made.stdout?.on('data', (chunk) => (apiKey += chunk));
    made.stderr?.on('data', (chunk) => (trouble += chunk));
    made.stdin?.end(password + '\n');
    const [code] = await once(made, 'close');
    if (code !== 0) throw new Error(`neuralrepo user add ended with ${code}: ${trouble}`);
    return { email, name, password, apiKey: apiKey.trim() };
  }

  /** Starts the program and waits until it says where it listens: after a stop, where it did before. */
  async start(): Promise<void> {
    const before = this.log.length;
    const running = spawn(program, ['serve'], { env: this.#env(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = running;
    const listening = new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.log += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(this.log.slice(before));
        if (found) resolve(found[0]);
      };
      running.stdout.on('data', read);
      running.stderr.on('data', read);
      running.once('error', reject);
      running.once('exit', (code) => reject(new Error(`neuralrepo serve ended with ${code}:\n${this.log}`)));
      setTimeout(() => reject(new Error(`neuralrepo serve did not say where it listens:\n${this.log}`)), startTime).unref();
    });
    try {
      this.url = await listening;
    } catch (e) {
      running.kill('SIGKILL');
      throw e;
    }
  }

  /** Asks the program to stop, as an operator would, and demands that it ends well. */
  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const tooLong = setTimeout(() => running.kill('SIGKILL'), stopTime);
    running.kill('SIGTERM');
    const [code] = await once(running, 'exit');
    clearTimeout(tooLong);
    if (code !== 0) throw new Error(`neuralrepo serve was asked to stop and ended with ${code}:\n${this.log}`);
  }

  /** Stops the program and removes its data. */
  async remove(): Promise<void> {
    try {
      await this.stop();
    } finally {
      await rm(this.data, { recursive: true, force: true });
    }
  }

  // Nothing of the developer's own settings reaches the program under test.
  #env(): NodeJS.ProcessEnv {
    const address = this.url ? new URL(this.url).host : '127.0.0.1:0';
    return {
      PATH: process.env.PATH,
      HOME: this.data,
      NEURALREPO_DATA: this.data,
      NEURALREPO_ADDR: address,
      // Tests that are about meaning turn it on; to others it would add relations.
      NEURALREPO_EMBEDDER: 'none',
      ...this.environment,
    };
  }
}
