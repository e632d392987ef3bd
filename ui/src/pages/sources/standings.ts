/** How a source is doing, in one word of its own and a sentence for all of them. */

import type { Source } from '../../api/model';
import { counted } from '../../words/numbers';

export type Standing = 'running' | 'failing' | 'partly' | 'well' | 'never';

export function standingOf(source: Source): Standing {
  if (source.running) return 'running';
  if (source.last_error !== '') return 'failing';
  if (source.problems.length > 0) return 'partly';
  return source.last_success === null ? 'never' : 'well';
}

export const standingWords: Record<Standing, string> = {
  running: 'Collecting now',
  failing: 'Failing',
  partly: 'Collected in part',
  well: 'Collected',
  never: 'Not collected yet',
};

const inSummary: Record<Standing, string> = {
  running: 'being collected now',
  failing: 'failing',
  partly: 'collected in part',
  well: 'collected',
  never: 'not collected yet',
};

/** 4 sources: 1 failing, 3 collected. What needs somebody comes first. */
export function summary(sources: Source[]): string {
  const parts = (['failing', 'partly', 'never', 'running', 'well'] as const).flatMap((standing) => {
    const n = sources.filter((source) => standingOf(source) === standing).length;
    return n === 0 ? [] : [`${n} ${inSummary[standing]}`];
  });
  return `${counted(sources.length, 'source')}: ${parts.join(', ')}.`;
}

export type RecordsRow = { kind: string; latest: number; deleted: number; total: number };

/** Records by kind, of the latest run and of all since the server started. */
export function recordsOf({ written, deleted, total }: Source): RecordsRow[] {
  const kinds = new Set([written, deleted, total].flatMap((counts) => Object.keys(counts ?? {})));
  return [...kinds].sort().map((kind) => ({
    kind: kind.replaceAll('_', ' '),
    latest: written?.[kind] ?? 0,
    deleted: deleted?.[kind] ?? 0,
    total: total?.[kind] ?? 0,
  }));
}

/** What a status means to whoever has to do something about it. */
export function statusText(status: string): string {
  const code = Number(status);
  if (code === 0) return 'no whole answer';
  if (code < 300) return 'answered';
  if (code === 304) return 'nothing new';
  if (code < 400) return 'sent elsewhere';
  if (code === 401 || code === 403) return 'refused';
  if (code === 404) return 'not found';
  if (code === 429) return 'too many';
  return code < 500 ? 'not understood' : 'failed there';
}
