import { Button } from '@mantine/core';
import { useState } from 'react';
import { useSourcesSoon, useSync } from '../../api/hooks';
import type { Source } from '../../api/model';
import { sentenceText } from '../../words/sentences';

/** A run that was asked for here: after which one, and which one it is once it has begun. */
type Asked = { after: string | null; run: string | null };

/** Collects a source now, and tells whoever asked for it what became of it. */
export function SyncNow({ source, away }: { source: Source; away: boolean }) {
  const { name, running, last_start: start } = source;
  const [asked, setAsked] = useState<Asked | null>(null);
  const sync = useSync(name, () => {
    setAsked({ after: start, run: null });
  });
  const awaited = asked !== null && asked.run === null; // it may have to wait for other sources to be done
  // A server that was away may have been started anew, and then knows of no order.
  if (awaited && (away || (start === null && asked.after !== null))) setAsked(null);
  else if (awaited && start !== asked.after) setAsked({ after: asked.after, run: start });
  useSourcesSoon(awaited);
  const busy = sync.isPending || running || awaited;
  return (
    <div className="sync no-print">
      {/* Still there for the keyboard while it is busy: what has the focus must not vanish. */}
      <Button
        size="xs"
        variant="default"
        aria-disabled={busy}
        {...(busy && { 'data-disabled': true })}
        onClick={() => {
          if (!busy) sync.mutate();
        }}
      >
        {busy ? 'Collecting …' : 'Sync now'}
        <span className="visually-hidden"> {name}</span>
      </Button>
      {sync.error && (
        <p className="sync-failed" role="alert">
          {sentenceText(sync.error.message, 'UTC')}
        </p>
      )}
      <p className="visually-hidden" role="status">
        {outcome(source, asked)}
      </p>
    </div>
  );
}

/** Said to screen readers: others see it. A later run of the schedule is not what was asked for. */
function outcome(source: Source, asked: Asked | null): string {
  const { name, running, last_start: start, last_error: error } = source;
  if (asked === null || (asked.run !== null && asked.run !== start)) return '';
  if (asked.run === null || running) return `Collecting ${name} has begun.`;
  if (error !== '') return `${name} could not be collected: ${error}`;
  return source.problems.length > 0 ? `${name} was collected in part.` : `${name} was collected.`;
}
