import { Alert } from '@mantine/core';
import type { Status } from '../../api/model';
import { sentenceText } from '../../words/sentences';
import { Next } from '../overview/Notices';

type Props = { notes: string[]; empty: boolean; status: Status };

/** Empty is explained. The server says why in sentences. */
export function StreamNotes({ notes, empty, status }: Props) {
  if (notes.length === 0 && !empty) return null;
  return (
    <Alert
      className="banner"
      color="gray"
      title={empty ? 'Nothing was finished in this window' : 'Good to know'}
    >
      {notes.map((note) => (
        <p key={note}>{sentenceText(note, status.timezone)}</p>
      ))}
      {empty && <Next status={status} />}
    </Alert>
  );
}
