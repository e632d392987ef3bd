import { OpenLink } from '../../drawer/OpenLink';
import type { Key } from '../../filters/asks';
import { Figure } from '../../words/Figure';
import { stagesOf, waitingShare, type StagePart } from '../../words/stageparts';

/** Lead time as one bar. Its parts are shares of the mean, because means add up and medians do not. */
export function StageBar({ lead: { metric, headline } }: { lead: Key }) {
  const row = headline?.rows[0];
  const parts = stagesOf(row);
  if (row?.mean == null || parts.length === 0) {
    return (
      <section aria-labelledby="stages-title" className="stages">
        <h2 id="stages-title">Where the lead time goes</h2>
        <p className="nodata">no data: nothing was delivered in this window</p>
      </section>
    );
  }
  const shown = parts.filter((part) => (part.share ?? 0) > 0);
  return (
    <section aria-labelledby="stages-title" className="stages">
      <h2 id="stages-title">Where the lead time goes</h2>
      <p className="lede">
        On average a change takes{' '}
        <OpenLink at={{ metric: metric.id }}>
          <Figure metric={metric} figure="mean" value={row.mean} />
        </OpenLink>
        ;{' '}
        <strong>
          <Figure metric={metric} figure="waiting.share" value={waitingShare(parts)} />
        </strong>{' '}
        of that is waiting.{' '}
        <span className="legend">
          <span className="swatch active" aria-hidden="true" /> somebody works{' '}
          <span className="swatch waiting" aria-hidden="true" /> the change waits
        </span>
      </p>
      <ol className="stage-bar" aria-hidden="true">
        {shown.map((part) => (
          <li
            key={part.id}
            className={`stage ${part.class}`}
            style={{ flexGrow: part.share ?? 0 }}
            title={part.name}
          >
            <OpenLink at={{ metric: metric.id, stage: part.id }} tabIndex={-1}>
              {(part.share ?? 0) > 0.06 ? part.name : ''}
            </OpenLink>
          </li>
        ))}
      </ol>
      <table className="stage-table">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <td className="steps" aria-hidden="true" />
            <th scope="col" className="num">
              part of the mean
            </th>
            <th scope="col" className="num">
              share
            </th>
            <th scope="col" className="num">
              median
            </th>
            <th
              scope="col"
              className="num"
              title="Changes that went through this stage; the median is of these"
            >
              changes
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <Line key={part.id} metric={metric} part={part} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ metric, part }: { metric: Key['metric']; part: StagePart }) {
  // The name is the one stop for the keyboard; the numbers lead to the same.
  const figure = (name: string, value: number | null) => (
    <OpenLink at={{ metric: metric.id, stage: part.id }} tabIndex={-1}>
      <Figure metric={metric} figure={`stage.${part.id}.${name}`} value={value} />
    </OpenLink>
  );
  return (
    <tr>
      <th scope="row">
        <span className={`swatch ${part.class}`} aria-hidden="true" />
        <OpenLink at={{ metric: metric.id, stage: part.id }}>{part.name}</OpenLink>
        <span className="visually-hidden"> ({part.class})</span>
      </th>
      <td className="steps" aria-hidden="true">
        {part.share !== null && (
          <span
            className={part.class}
            style={{ marginLeft: `${part.from * 100}%`, width: `${part.share * 100}%` }}
          />
        )}
      </td>
      <td className="num">{figure('part', part.part)}</td>
      <td className="num">{figure('share', part.share)}</td>
      <td className="num">{figure('p50', part.p50)}</td>
      <td className="num">{figure('n', part.n)}</td>
    </tr>
  );
}
