const example = `sources:
- name: checkout
  schedule: "*/15 * * * *"
  git:
    url: https://git.example.org/shop`;

/** Nothing is configured yet: how to begin. */
export function NoSources({ simulated }: { simulated: boolean }) {
  return (
    <section className="no-sources" aria-labelledby="no-sources">
      <h2 id="no-sources">No sources are configured</h2>
      <p>
        A source is a tool that Weir collects records from by itself, such as a Git repository, GitHub, Jira
        or a build server. This server has none.
      </p>
      {simulated && (
        <p>
          What it shows is a simulated company: <code>weir demo</code> collects that one while it serves it.
        </p>
      )}
      <ol>
        <li>
          <code>weir init</code> writes a <code>weir.yaml</code> to start from, with comments. An example:
          <pre>{example}</pre>
        </li>
        <li>
          <code>weir check</code> says whether the file is right, whether each source answers, and what a
          first sync will cost.
        </li>
        <li>
          Start <code>weir serve</code> again: it reads <code>weir.yaml</code> in the data directory or in the
          working directory, and collects at once and by the schedule.
        </li>
      </ol>
      <p>
        Without a source, <code>weir import PATH</code> reads records from files.
      </p>
    </section>
  );
}
