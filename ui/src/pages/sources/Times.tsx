import type { Source } from '../../api/model';
import { Ago, usePast, type Clock } from '../../words/Ago';
import { durationText } from '../../words/durations';
import { Time } from '../../words/Time';

type Props = { source: Source; clock: Clock };

/** When it was collected, and when it will be. */
export function Times({ source, clock }: Props) {
  return (
    <dl className="times">
      <div>
        <dt>Last success</dt>
        <dd>{source.last_success === null ? 'never' : <Both at={source.last_success} clock={clock} />}</dd>
      </div>
      <div>
        <dt>Latest run</dt>
        <dd>
          <LatestRun source={source} clock={clock} />
        </dd>
      </div>
      <div>
        <dt>Next run</dt>
        <dd>
          <NextRun source={source} clock={clock} />
        </dd>
      </div>
    </dl>
  );
}

function Both({ at, clock }: { at: string; clock: Clock }) {
  return (
    <>
      <Ago at={at} clock={clock} />
      <span className="exactly">
        <Time at={at} zone={clock.zone} />
      </span>
    </>
  );
}

function LatestRun({ source: { running, last_start: start, last_finish: finish }, clock }: Props) {
  if (start === null) return <>none since the server started</>;
  const over = !running && finish !== null;
  return (
    <>
      <Ago at={start} clock={clock} />
      <span className="exactly">
        {over ? tookText((Date.parse(finish) - Date.parse(start)) / 1000) : 'under way'}
      </span>
    </>
  );
}

function tookText(seconds: number): string {
  return seconds < 0.1 ? 'took less than 0.1 s' : `took ${durationText(seconds)}`;
}

function NextRun({ source: { schedule, running, next_run: next }, clock }: Props) {
  const due = usePast(next, clock);
  if (next !== null && !due) return <Both at={next} clock={clock} />;
  if (schedule === '') return <>only when asked for</>;
  return running ? <>when this one is done</> : <>not planned yet</>;
}
