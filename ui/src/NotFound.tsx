import { Link } from '@tanstack/react-router';

export function NotFound() {
  return (
    <div className="page">
      <h1>There is no such page</h1>
      <p>
        Weir has no page at this address. <Link to="/">Open the overview</Link>, or read what{' '}
        <a href="/api/docs">the API</a> has.
      </p>
    </div>
  );
}
