import { SegmentedControl } from '@mantine/core';
import type { Timeline } from '../../api/timeline';
import { useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { dateText, timeText } from '../../words/dates';
import { groupText } from '../../words/groups';
import { reasonText } from '../../words/reasons';
import { streamText } from '../../words/StreamFigure';
import { lanesOf, ticksOf, type Block, type Lanes, type Scale } from './lanes';

type Props = { told: Timeline; scale: Scale; now: number; zone: string };

/** The item's way as a bar: a lane for each group, solid where somebody worked, hatched where it waited. */
export function Bar({ told, scale, now, zone }: Props) {
  const set = useSetSearch();
  const lanes = lanesOf(told, scale, now);
  return (
    <section aria-labelledby="bar-title" className="block item-bar-section">
      <div className="section-head">
        <h2 id="bar-title">Its way</h2>
        <SegmentedControl
          size="xs"
          className="no-print"
          aria-label="What the width of a piece means"
          value={scale}
          data={[
            { value: 'time', label: 'To scale' },
            { value: 'steps', label: 'Step by step' },
          ]}
          onChange={(next) => {
            set((search) => ({ ...without(search, 'scale'), ...(next === 'steps' && { scale: next }) }));
          }}
        />
      </div>
      <p className="lede">
        <span className="legend">
          <span className="swatch active" aria-hidden="true" /> somebody works{' '}
          <span className="swatch waiting" aria-hidden="true" /> it waits
        </span>
        , a lane for each group; a line down or up is a handoff. The table below says it in words.
      </p>
      <div className="item-bar" aria-hidden="true">
        <div className="lane-names">
          {lanes.owners.map((owner) => (
            <span key={owner} className="lane-name" title={groupText(owner)}>
              {groupText(owner)}
            </span>
          ))}
        </div>
        <Drawn lanes={lanes} zone={zone} />
        {scale === 'time' && <Axis told={told} now={now} zone={zone} />}
      </div>
    </section>
  );
}

const laneHeight = 34; // pixels, as in item.css

function Drawn({ lanes: { owners, blocks, steps }, zone }: { lanes: Lanes; zone: string }) {
  return (
    <div className="lanes" style={{ height: owners.length * laneHeight }}>
      {owners.map((owner, i) => (
        <span key={owner} className="lane" style={{ top: i * laneHeight }} />
      ))}
      {steps.map(({ at, left, from, to, back }) => (
        <span
          key={at}
          className={back ? 'lane-step back' : 'lane-step'}
          title={`${back ? 'Sent back' : 'Handed over'} from ${groupText(owners[from])} to ${groupText(owners[to])}, ${timeText(at, zone)}`}
          style={{
            left: `${left}%`,
            top: (Math.min(from, to) + 0.5) * laneHeight,
            height: Math.abs(to - from) * laneHeight,
          }}
        />
      ))}
      {blocks.map((block) => (
        <Piece key={block.interval.n} block={block} zone={zone} />
      ))}
    </div>
  );
}

function Piece({ block: { interval, lane, left, width }, zone }: { block: Block; zone: string }) {
  const text = reasonText(interval.reason, interval.class);
  const name = interval.title === '' ? interval.stage : interval.title;
  return (
    <span
      className={`piece stage ${interval.class}${interval.end === null ? ' going-on' : ''}`}
      style={{ left: `${left}%`, width: `${width}%`, top: lane * laneHeight }}
      title={`${name}: ${text}, ${streamText('duration', interval.seconds)}${interval.end === null ? ' so far' : ''}, from ${timeText(interval.start, zone)}`}
    >
      <span className="piece-text">{name}</span>
    </span>
  );
}

function Axis({ told, now, zone }: Omit<Props, 'scale'>) {
  const start = Date.parse(told.intervals[0]?.start ?? told.start);
  const last = told.intervals.at(-1)?.end;
  const end = last == null ? now : Date.parse(last);
  const days = end - start > 3 * 86_400_000;
  return (
    <div className="item-axis">
      {ticksOf(start, end, 7).map(({ at, left }) => (
        <span key={at} style={{ left: `${left}%` }}>
          {days
            ? dateText(new Date(at), zone).replace(/ \d{4}$/, '')
            : timeText(new Date(at), zone).replace(/ \d{4} /, ' ')}
        </span>
      ))}
    </div>
  );
}
