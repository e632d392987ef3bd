import type { Timeline } from '../../api/timeline';
import { groupText } from '../../words/groups';
import { reasonText } from '../../words/reasons';
import { StreamFigure } from '../../words/StreamFigure';
import { Time } from '../../words/Time';
import { spentOf } from './lanes';

type Props = { told: Timeline; now: number; zone: string };

/** What the item is, and where its time went, in a sentence and in four figures. */
export function Head({ told, now, zone }: Props) {
  const { item, title, kind, type, team, services, products, url } = told;
  const of = [
    ...(team === null || team === '' ? [] : [`of ${groupText(team)}`]),
    ...(services.length > 0 ? [`in ${services.join(', ')}`] : []),
    ...(products.length > 0 ? [`for ${products.join(', ')}`] : []),
  ];
  return (
    <header>
      <p className="item-kind">
        {type ?? kind} {item}
        {told.class !== null && told.class !== '' && <>, {told.class}</>}
        {of.length > 0 && <> · {of.join(' ')}</>}
        {url !== null && url !== '' && (
          <>
            {' · '}
            <a href={url} target="_blank" rel="noreferrer">
              open in its tool
            </a>
          </>
        )}
      </p>
      <h1 className="stream-title">{title === '' ? item : title}</h1>
      <Standing told={told} zone={zone} />
      <Totals told={told} now={now} />
      <Longest told={told} />
    </header>
  );
}

function Standing({ told: { status, excluded, start, end }, zone }: Omit<Props, 'now'>) {
  return (
    <p className="lede">
      From <Time at={start} zone={zone} />{' '}
      {end === null ? (
        'until now: it is not done yet.'
      ) : (
        <>
          to <Time at={end} zone={zone} />.
        </>
      )}
      {status === 'excluded' && excluded !== null && (
        <strong> It is left out of the figures: {excluded}.</strong>
      )}{' '}
      ({zone})
    </p>
  );
}

function Totals({ told, now }: { told: Timeline; now: number }) {
  const open = told.end === null;
  const sofar = open && told.clock === 'elapsed' ? Math.max(0, now - Date.parse(told.start)) / 1000 : null;
  const lead = told.lead ?? sofar;
  const so = open ? ' so far' : '';
  return (
    <dl className="item-totals">
      <div>
        <dt>{open ? 'Under way for' : 'Lead time'}</dt>
        <dd>
          <StreamFigure figure="lead" of={told.item} value={lead} as="duration" />
        </dd>
      </div>
      <div>
        <dt>
          <span className="swatch active" aria-hidden="true" />
          Somebody worked{so}
        </dt>
        <dd>
          <StreamFigure figure="active" of={told.item} value={told.active} as="duration" />
        </dd>
      </div>
      <div>
        <dt>
          <span className="swatch waiting" aria-hidden="true" />
          It waited{so}
        </dt>
        <dd>
          <StreamFigure figure="waiting" of={told.item} value={told.waiting} as="duration" />
        </dd>
      </div>
      <div>
        <dt>Flow efficiency</dt>
        <dd>
          {told.efficiency === null && open ? (
            <span className="nodata">not done yet</span>
          ) : (
            <StreamFigure figure="efficiency" of={told.item} value={told.efficiency} as="share" />
          )}
        </dd>
      </div>
      <div>
        <dt>Changed hands</dt>
        <dd>
          <StreamFigure figure="handoffs" of={told.item} value={told.handoffs.length} as="count" /> ×
        </dd>
      </div>
      <div>
        <dt>Came back</dt>
        <dd>
          <StreamFigure figure="returns" of={told.item} value={timesSentBack(told.returns)} as="count" /> ×
        </dd>
      </div>
    </dl>
  );
}

/** The three things that most of its time went to. */
function Longest({ told }: { told: Timeline }) {
  const spent = spentOf(told.intervals).filter(({ seconds }) => seconds > 0);
  if (spent.length < 2) return null;
  return (
    <p className="lede">
      Most of its time:{' '}
      {spent.slice(0, 3).map(({ reason, class: kind, seconds }, i) => (
        <span key={`${kind} ${reason}`}>
          {i > 0 && ', '}
          {inSentence(reasonText(reason, kind))}{' '}
          <StreamFigure figure={`spent.${kind}`} of={reason} value={seconds} as="duration" />
        </span>
      ))}
      .
    </p>
  );
}

/** Without its capital, unless that belongs to an abbreviation. */
const inSentence = (text: string) =>
  /^[A-Z][A-Z]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);

/** One step back may undo what left several stages. */
const timesSentBack = (returns: Timeline['returns']) => new Set(returns.map(({ at }) => at)).size;
