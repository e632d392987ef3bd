import { useSyncExternalStore } from 'react';
import { agoText } from './moments';
import { timeText } from './dates';

/** What times are told by: the zone that they are written in, and how many milliseconds the server's clock is ahead. */
export type Clock = { zone: string; ahead: number };

/** Calls back every second. React draws anew only what reads differently by then. */
function everySecond(changed: () => void) {
  const ticking = setInterval(changed, 1000);
  return () => {
    clearInterval(ticking);
  };
}

/** Whether a moment is past by the server's clock, also when it passes while somebody looks. */
export function usePast(at: string | null, { ahead }: Clock): boolean {
  return useSyncExternalStore(everySecond, () => at !== null && Date.parse(at) <= Date.now() + ahead);
}

/** How far a moment is from now; exactly in the title. */
export function Ago({ at, clock }: { at: string; clock: Clock }) {
  const text = useSyncExternalStore(everySecond, () => agoText(Date.parse(at) - Date.now() - clock.ahead));
  return (
    <time className="figure" dateTime={at} title={`${timeText(at, clock.zone)} (${clock.zone})`}>
      {text}
    </time>
  );
}
