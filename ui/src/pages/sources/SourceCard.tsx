import { useId } from 'react';
import type { Source } from '../../api/model';
import type { Clock } from '../../words/Ago';
import { scheduleText } from '../../words/schedules';
import { Problems } from './Problems';
import { Records } from './Records';
import { Requests } from './Requests';
import { Standing } from './Standing';
import { SyncNow } from './SyncNow';
import { Times } from './Times';

/** One source: how it is doing, when, what came of it, and what that cost. */
export function SourceCard({ source, clock, away }: { source: Source; clock: Clock; away: boolean }) {
  const heading = useId();
  return (
    <article className="source-card" aria-labelledby={heading}>
      <div className="source-head">
        <h2 id={heading}>{source.name}</h2>
        <SyncNow source={source} away={away} />
        <p className="source-kind">
          {source.kind !== '' && <>{source.kind} · </>}
          <Schedule schedule={source.schedule} />
        </p>
      </div>
      <Standing source={source} clock={clock} />
      <Problems problems={source.problems} zone={clock.zone} />
      <div className="source-body">
        <Times source={source} clock={clock} />
        <Records source={source} />
        <Requests requests={source.requests} clock={clock} />
      </div>
    </article>
  );
}

function Schedule({ schedule }: { schedule: string }) {
  if (schedule === '') return <>collected only when asked for</>;
  const words = scheduleText(schedule);
  return (
    <>
      {words ?? 'by the schedule'} <code>{schedule}</code>
    </>
  );
}
