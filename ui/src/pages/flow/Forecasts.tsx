import { NumberInput, Skeleton, TextInput } from '@mantine/core';
import { useForecast, type Forecast } from '../../api/flow';
import { dayText } from '../../charts/days';
import { useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { counted, roughShareText } from '../../words/numbers';
import { sentenceText } from '../../words/sentences';
import { StreamFigure } from '../../words/StreamFigure';
import { forecastOf, type FlowRead } from './reading';

const fallback = 10; // items, where nothing is under way

type Props = { read: FlowRead; underWay: number };

/** What the last weeks let one expect: chances, and how often such forecasts held. */
export function Forecasts({ read, underWay }: Props) {
  const { by, filters } = read;
  const items = read.items ?? (underWay > 0 ? Math.min(underWay, 10_000) : fallback);
  const forecast = useForecast({ ...forecastOf(filters), items, by });
  return (
    <section aria-labelledby="forecast-title" className="block">
      <h2 id="forecast-title">Forecast</h2>
      <Asking items={items} by={by} />
      {forecast.error ? (
        <p role="alert">{sentenceText(forecast.error.message, 'UTC')}</p>
      ) : !forecast.data ? (
        <Skeleton height={180} />
      ) : (
        <div aria-busy={forecast.isPlaceholderData}>
          <Answer forecast={forecast.data} items={items} by={by} />
        </div>
      )}
    </section>
  );
}

function Asking({ items, by }: { items: number; by: string }) {
  const set = useSetSearch();
  return (
    <div className="forecast-asks no-print">
      <NumberInput
        size="xs"
        label="When are so many items done?"
        key={items}
        defaultValue={items}
        min={1}
        max={10_000}
        allowDecimal={false}
        allowNegative={false}
        onBlur={({ currentTarget: { value } }) => {
          if (/^\d+$/.test(value) && Number(value) !== items) set((search) => ({ ...search, items: value }));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <TextInput
        size="xs"
        type="date"
        label="How many are done by the end of"
        key={by}
        defaultValue={by}
        onBlur={({ currentTarget: { value } }) => {
          if (value !== by) {
            set((search) => ({ ...without(search, 'by'), ...(value !== '' && { by: value }) }));
          }
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </div>
  );
}

function Answer({ forecast, items, by }: { forecast: Forecast; items: number; by: string }) {
  const { when, how_many: many, history, notes, chance } = forecast;
  const known = when.length > 0 || many.length > 0;
  return (
    <>
      {notes.map((note) => (
        <p key={note} className="lede">
          {sentenceText(note, 'UTC')}
        </p>
      ))}
      {known && (
        <table className="stage-table forecast">
          <thead>
            <tr>
              <th scope="col">With a chance of</th>
              <th scope="col" className="num">
                {counted(items, 'item')} done by
              </th>
              <th scope="col" className="num">
                done by {dayText(by)}
              </th>
            </tr>
          </thead>
          <tbody>
            {(when.length > 0 ? when : many).map(({ confidence }) => (
              <Row key={confidence} confidence={confidence} forecast={forecast} />
            ))}
          </tbody>
        </table>
      )}
      {chance !== null && (
        <p className="lede">
          The chance that {counted(items, 'item')} {items === 1 ? 'is' : 'are'} done by {dayText(by)} is{' '}
          <StreamFigure figure="forecast.chance" value={chance} as="share" />.
        </p>
      )}
      <BackTest forecast={forecast} />
      <p className="source">
        Drawn at random from how many were finished on each of the {counted(history.days, 'day')} before:{' '}
        <StreamFigure figure="forecast.history.n" value={history.n} as="count" /> in all.
      </p>
    </>
  );
}

function Row({ confidence, forecast: { when, how_many: many } }: { confidence: number; forecast: Forecast }) {
  const at = when.find((one) => one.confidence === confidence)?.at;
  const n = many.find((one) => one.confidence === confidence)?.n;
  return (
    <tr>
      <th scope="row">{roughShareText(confidence)}</th>
      <td className="num">
        {at == null ? (
          <span className="nodata">{when.length > 0 ? 'not within ten years' : 'no data'}</span>
        ) : (
          <time dateTime={at}>{dayText(at.slice(0, 10))}</time>
        )}
      </td>
      <td className="num">
        {n != null && 'at least '}
        <StreamFigure figure="forecast.how_many" of={String(confidence)} value={n} as="count" />
      </td>
    </tr>
  );
}

/** How past forecasts held, made in the same way from what was known then. */
function BackTest({ forecast: { back_test: test } }: { forecast: Forecast }) {
  if (test.made === 0 || test.held.length === 0) {
    return <p className="lede">There is not enough of the past to say how such forecasts held.</p>;
  }
  return (
    <p className="lede">
      Of {counted(test.made, 'such forecast')} of the past,{' '}
      {test.held.map(({ confidence, n, held }, i) => (
        <span key={confidence}>
          {i > 0 && (i === test.held.length - 1 ? ' and ' : ', ')}
          <StreamFigure figure="forecast.held" of={String(confidence)} value={held} as="count" />
          {n !== test.made && <> of {n}</>} held at {roughShareText(confidence)}
        </span>
      ))}
      .
    </p>
  );
}
