// Starts, asks and ends the program itself, for the tests in a browser and for the picture.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const binary = resolve(
  process.env['WEIR_BINARY'] ?? fileURLToPath(new URL('../../bin/weir', import.meta.url)),
);

const second = 1000; // in milliseconds, as Node has it

/** A folder for the data of one run, and the way to remove it. */
export async function scratch() {
  const folder = await mkdtemp(join(tmpdir(), 'weir-e2e-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Runs one command to its end and gives what it wrote to standard output.
 * @param {string[]} args
 * @param {string} [input] what it reads from standard input
 */
export async function weir(args, input) {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: run \`make build\`, or set WEIR_BINARY.`);
  const running = promisify(execFile)(binary, args, {
    cwd: tmpdir(), // no weir.yaml of somebody's working directory
    timeout: 600 * second, // the demo asks its company's tools for 18 months, on a machine that may be busy
    maxBuffer: 256 * 1024 * 1024,
  });
  if (input !== undefined) running.child.stdin?.end(input);
  return (await running).stdout;
}

/** @param {string} folder */
export const fillDemo = (folder) => weir(['demo', '--data-dir', folder, '--serve=false', '--speed', '0']);

/**
 * Serves a data directory until stop is called, or until this process ends.
 * @param {string} folder
 * @param {string} [listen]
 * @param {'serve' | 'demo'} [command] demo also goes on collecting the simulated company of the folder
 * @returns {Promise<{address: string, stop: () => Promise<void>}>}
 */
export function serve(folder, listen = '127.0.0.1:0', command = 'serve') {
  const server = spawn(binary, [command, '--data-dir', folder, '--listen', listen], {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  /** @type {Promise<void>} */
  const ended = new Promise((done) => {
    server.once('close', () => {
      process.removeListener('exit', kill);
      done();
    });
  });
  const stop = async () => {
    server.kill('SIGTERM');
    const impatient = setTimeout(kill, 20 * second);
    await ended;
    clearTimeout(impatient);
  };
  return new Promise((answer, fail) => {
    let said = '';
    const late = setTimeout(() => {
      void stop();
      fail(new Error(`\`weir ${command}\` did not answer within a minute. It said: ${said}`));
    }, 60 * second);
    server.once('error', fail);
    void ended.then(() => {
      fail(new Error(`\`weir ${command}\` ended before it answered. It said: ${said}`));
    });
    server.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said += text;
      const address = /Weir answers at (http:\/\/[\w.:[\]]+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      answer({ address, stop });
    });
  });
}
