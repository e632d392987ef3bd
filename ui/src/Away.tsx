import { Alert, Button } from '@mantine/core';
import { timeText } from './words/dates';

/** The server went away while the page was open: what is shown is the last that is known. */
export function AwayBanner({ since, zone }: { since: number; zone: string }) {
  const at = new Date(since);
  return (
    <Alert className="banner" color="yellow" role="status" title="The server does not answer">
      These are the last figures, of{' '}
      <time dateTime={at.toISOString()}>
        {timeText(at, zone)} ({zone})
      </time>
      . The page keeps asking, and goes on by itself when the server is back.
    </Alert>
  );
}

export function FirstLoadFailed({ reason, retry }: { reason: Error | null; retry: () => void }) {
  return (
    <div className="failed" role="alert">
      <h2>No figures yet</h2>
      <p>
        {reason?.message ?? 'The server does not answer.'} Is <code>weir serve</code> running? The page keeps
        asking by itself.
      </p>
      <Button onClick={retry}>Ask again now</Button>
    </div>
  );
}
