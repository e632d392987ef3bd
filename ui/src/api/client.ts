/** Asking the server, and the two ways in which that can fail. */

import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

type Details = components['schemas']['ErrorDetail'][];

/** The server understood, and says what is wrong with the question: asking again would not help. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: Details;

  constructor(status: number, title: string, errors: Details) {
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.errors = errors;
  }
}

/** There was no answer that could be read: the server is away, starting, or overloaded. Asking again may help. */
export class Away extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Away';
  }
}

export const server = createClient<paths>({
  // A relative address keeps the page where it was served from; the tests' and a proxy's port alike.
  baseUrl: '',
  headers: { accept: 'application/json' },
});

type Told<T> = { data?: T; error?: unknown; response: Response };

/** Waits for an answer and turns whatever else comes into one of the two errors. */
export async function told<T>(asking: Promise<Told<T>>, signal: AbortSignal): Promise<T> {
  const { data, error, response } = await answered(asking, signal);
  if (response.ok && data !== undefined) return data;
  throw failure(response, error);
}

/** Waits until the server took an order, of which it says nothing more. */
export async function taken(ordering: Promise<Told<unknown>>): Promise<void> {
  const { error, response } = await answered(ordering);
  if (!response.ok) throw failure(response, error);
}

async function answered<T>(asking: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Away(
      error instanceof SyntaxError ? 'The server’s answer broke off.' : 'The server cannot be reached.',
    );
  }
}

function failure(response: Response, error: unknown): Error {
  if (response.ok || response.status >= 500 || response.status === 429) {
    return new Away(`The server answered with status ${response.status} and nothing that can be read.`);
  }
  return problem(response.status, error);
}

function problem(status: number, error: unknown): Problem {
  const { title, detail, errors } = (error ?? {}) as components['schemas']['ErrorModel'];
  return new Problem(status, detail ?? title ?? `The server answered with status ${status}.`, errors ?? []);
}
