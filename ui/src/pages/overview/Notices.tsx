import { Alert } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Problem } from '../../api/client';
import type { Status } from '../../api/model';
import type { Key } from '../../filters/asks';
import { dateText } from '../../words/dates';
import { itemsOf } from '../../words/figures';
import { sentenceText } from '../../words/sentences';

/** What is wrong with the address: found by this page, or said by the server. */
export function Wrong({ sentences, error }: { sentences: string[]; error?: Error }) {
  if (sentences.length === 0 && !error) return null;
  const details = error instanceof Problem ? error.errors : [];
  return (
    <Alert className="banner" color="red" role="alert" title="Something in the address is wrong">
      {error && details.length === 0 && <p>{sentenceText(error.message, 'UTC')}</p>}
      {details.length > 0 && (
        <ul>
          {details.map((detail) => (
            <li key={`${detail.location ?? ''} ${detail.message}`}>
              {detail.location !== undefined && <code>{detail.location.replace('query.', '')}</code>}{' '}
              {detail.message}
            </li>
          ))}
        </ul>
      )}
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p>
        <Link to="." search={{}}>
          Start again with the usual filters
        </Link>
      </p>
    </Alert>
  );
}

/** Empty is explained. The server says why in sentences; each stands here once. */
export function Notes({ keys, status }: { keys: Key[]; status: Status }) {
  const notes = grouped(keys);
  const empty = keys.every((key) => itemsOf(key.metric.shape, key.headline?.rows[0]) === 0);
  if (notes.size === 0 && !empty) return null;
  return (
    <Alert className="banner" color="gray" title={empty ? 'There is nothing in this window' : 'Good to know'}>
      {[...notes].map(([note, titles]) => (
        <p key={note}>
          {titles.length < 3 && <strong>{titles.join(', ')}: </strong>}
          {sentenceText(note, status.timezone)}
        </p>
      ))}
      {empty && <Next status={status} />}
    </Alert>
  );
}

/** A note stands once, with the metrics that it is about. */
function grouped(keys: Key[]): Map<string, string[]> {
  const notes = new Map<string, string[]>();
  for (const { metric, headline } of keys) {
    for (const note of headline?.notes ?? []) notes.set(note, [...(notes.get(note) ?? []), metric.title]);
  }
  return notes;
}

/** What to do where there is nothing to show. */
export function Next({ status }: { status: Status }) {
  const { first, last } = status.data;
  if (first === null || last === null) {
    return (
      <p>
        There are no records at all. Read a repository with <code>weir git PATH</code>, files with{' '}
        <code>weir import PATH</code>, have them collected by themselves from{' '}
        <Link to="/sources">sources</Link>, or try <code>weir demo</code>.
      </p>
    );
  }
  return (
    <p>
      The records go from {dateText(first, status.timezone)} to {dateText(last, status.timezone)}: choose a
      window that has some of it, or{' '}
      <Link to="." search={{}}>
        take the filters away
      </Link>
      .
    </p>
  );
}
