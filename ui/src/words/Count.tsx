import { countText } from './numbers';

/** A count that is no metric's, such as of records that were collected: there is no query that it could be compared with. */
export function Count({ value }: { value: number }) {
  return (
    <data className="figure" value={String(value)}>
      {countText(value)}
    </data>
  );
}
