/** The built server as a child process with a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SERVER } from './paths';

/** Longest wait for the server to load its model and answer, in milliseconds. */
const START_MAX = 60_000;

export class Server {
  /** The last lines it logged, to be shown when something fails. */
  readonly log: string[] = [];
  private child: ChildProcess | undefined;
  private address = '127.0.0.1:0';

  private constructor(
    readonly data: string,
    private readonly args: string[],
  ) {}

  /** Starts a server on a free port, with more arguments if there are any. */
  static async start(args: string[] = []): Promise<Server> {
    const server = new Server(mkdtempSync(path.join(tmpdir(), 'scenediff-end2end-')), args);
    await server.launch();
    return server;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** Starts it, again on the same address after the first time, with further options. */
  async launch(options: string[] = []): Promise<void> {
    const child = spawn(SERVER, ['serve', '--data', this.data, '--listen', this.address, ...this.args, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child = child;
    this.address = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.failure('did not start in time')), START_MAX);
      child.once('exit', (code) => reject(this.failure(`ended with code ${code} at its start`)));
      child.once('error', reject);
      let rest = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        this.log.push(...lines);
        this.log.splice(0, this.log.length - 200);
        const address = lines.map((line) => /http:\/\/(\S+)/.exec(line)?.[1]).find(Boolean);
        if (address) {
          clearTimeout(timer);
          resolve(address);
        }
      });
    });
  }

  /** Ends it the hard way, as a power cut does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends it as a person does. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.end('SIGTERM');
    // The process that reads a video ends a moment after its server.
    rmSync(this.data, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
  }

  private failure(what: string): Error {
    return new Error(`the server ${what}:\n${this.log.join('\n')}`);
  }
}
