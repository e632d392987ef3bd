import type { CSSProperties } from 'react';
import type { Timeline, TimelineInterval } from '../../api/timeline';
import { groupText } from '../../words/groups';
import { reasonText } from '../../words/reasons';
import { StreamFigure } from '../../words/StreamFigure';
import { Time } from '../../words/Time';

type Props = { told: Timeline; zone: string };

/** Each piece of the item's time with the record that says so. On a phone this is the bar, from the top down. */
export function Intervals({ told, zone }: Props) {
  const longest = Math.max(1, ...told.intervals.map(({ seconds }) => seconds ?? 0));
  return (
    <section aria-labelledby="intervals-title" className="block">
      <h2 id="intervals-title">Step by step</h2>
      <table className="items way">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">What happened</th>
            <th scope="col">With</th>
            <th scope="col">From</th>
            <th scope="col" className="num">
              Took
            </th>
            <th scope="col">Known from</th>
          </tr>
        </thead>
        <tbody>
          {told.intervals.map((interval) => (
            <Row key={interval.n} interval={interval} longest={longest} zone={zone} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type RowProps = { interval: TimelineInterval; longest: number; zone: string };

function Row({ interval, longest, zone }: RowProps) {
  const { n, stage, title, class: kind, reason, owner, start, end, seconds } = interval;
  return (
    <tr className={`way-${kind}`} style={{ '--length': (seconds ?? 0) / longest } as CSSProperties}>
      <th scope="row">
        <span className={`swatch ${kind}`} aria-hidden="true" />
        {title === '' ? stage : title}
      </th>
      <td>
        {reasonText(reason, kind)}
        <span className="visually-hidden"> ({kind})</span>
      </td>
      <td>{groupText(owner)}</td>
      <td>
        <Time at={start} zone={zone} />
      </td>
      <td className="num">
        <StreamFigure figure="interval" of={String(n)} value={seconds} as="duration" />
        {end === null && <span className="details">so far</span>}
      </td>
      <td>
        <Known interval={interval} />
      </td>
    </tr>
  );
}

function Known({ interval: { rule, record, record_id: id, url } }: { interval: TimelineInterval }) {
  const kind = (record ?? '').replaceAll('_', ' ');
  const name = `${kind} ${id ?? ''}`.trim();
  return (
    <span className="known">
      {name === '' ? null : url === null || url === '' ? (
        name
      ) : (
        <a href={url} target="_blank" rel="noreferrer">
          {name}
        </a>
      )}
      {rule !== '' && rule !== kind && <span className="details">by its {rule.replaceAll('_', ' ')}</span>}
    </span>
  );
}
