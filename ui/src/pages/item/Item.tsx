import '../../drawer/drawer.css';
import '../stream/stream.css';
import '../block.css';
import './item.css';
import { Button, Skeleton, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useStatus } from '../../api/hooks';
import type { Status } from '../../api/model';
import { useTimeline, type Timeline } from '../../api/timeline';
import { AwayBanner, FirstLoadFailed } from '../../Away';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { oneOf } from '../../filters/search';
import { readStreamFilters, usualStream } from '../../filters/streamFilters';
import { sentenceText } from '../../words/sentences';
import { Bar } from './Bar';
import { Changes } from './Changes';
import { Head } from './Head';
import { Intervals } from './Intervals';
import { scales } from './lanes';
import { Transfers } from './Transfers';

/** One ticket or change on its whole way, across the tools: who had it when, and what it waited for. */
export function Item() {
  const search = useSearchNow();
  const { item = '' } = search;
  const { stream, clock, problems } = readStreamFilters(search);
  const scale = oneOf(search.scale, scales, 'time', 'scale', problems);
  const status = useStatus();
  const timeline = useTimeline({
    item,
    ...(stream !== usualStream && { stream }),
    ...(clock !== 'elapsed' && { clock }),
  });
  const shown = timeline.data?.item === item || !timeline.isPlaceholderData ? timeline.data : undefined;
  return (
    <div className="page">
      <title>{item === '' ? 'Item · Weir' : `${item} · Weir`}</title>
      {problems.map((problem) => (
        <p key={problem} role="alert">
          {problem}
        </p>
      ))}
      {item === '' || timeline.error ? (
        <>
          <h1 className="stream-title">{item === '' ? 'Item' : item}</h1>
          {timeline.error && <p role="alert">{sentenceText(timeline.error.message, 'UTC')}</p>}
          <Ask item={item} />
        </>
      ) : (
        <Answer status={status} timeline={{ ...timeline, data: shown }} scale={scale} />
      )}
    </div>
  );
}

type Asked<T> = {
  data: T | undefined;
  failureCount: number;
  failureReason: Error | null;
  refetch: () => unknown;
};

type AnswerProps = {
  status: Asked<Status>;
  timeline: Asked<Timeline & { received: number }>;
  scale: (typeof scales)[number];
};

function Answer({ status, timeline, scale }: AnswerProps) {
  const failed = [status, timeline].find((query) => query.data === undefined && query.failureCount > 0);
  if (failed) return <FirstLoadFailed reason={failed.failureReason} retry={() => void failed.refetch()} />;
  if (!status.data || !timeline.data) {
    return (
      <div aria-busy="true" aria-label="The item is on its way" role="status">
        <Skeleton height={420} mt="lg" />
      </div>
    );
  }
  const told = timeline.data;
  const zone = status.data.timezone;
  const away = status.failureCount + timeline.failureCount > 0;
  const now = told.received;
  return (
    <>
      {away && <AwayBanner since={told.received} zone={zone} />}
      <div className={away ? 'figures stale' : 'figures'} aria-busy="false">
        <Head told={told} now={now} zone={zone} />
        {told.notes.map((note) => (
          <p key={note} className="lede">
            {sentenceText(note, zone)}
          </p>
        ))}
        {told.intervals.length === 0 ? (
          <p className="nodata">Nothing is known of the time between its first and its last event.</p>
        ) : (
          <>
            <Bar told={told} scale={scale} now={now} zone={zone} />
            <div className="item-columns">
              <Intervals told={told} zone={zone} />
              <div>
                <Transfers told={told} zone={zone} />
                <Changes told={told} zone={zone} />
              </div>
            </div>
          </>
        )}
      </div>
    </>
  );
}

/** Whoever comes without a key may have one in hand. */
function Ask({ item }: { item: string }) {
  const set = useSetSearch();
  const [key, setKey] = useState(item);
  return (
    <form
      className="item-ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') set((search) => ({ ...search, item: key.trim() }));
      }}
    >
      <TextInput
        label="Which ticket, change or incident?"
        placeholder="PAY-12 or shop/checkout#417"
        value={key}
        onChange={({ currentTarget: { value } }) => {
          setKey(value);
        }}
      />
      <Button type="submit" variant="default">
        Show its way
      </Button>
    </form>
  );
}
