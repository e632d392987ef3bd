-- Pull requests that were not merged, with the keys of tickets that they name; '' for none. Those that were merged are
-- changes, of which change_tickets knows the keys. {whole}, or those of the repositories {repos} only.
INSERT INTO {open_pulls:Identifier} (repo, number, key, rule, begun)
SELECT repo, number, key, min(rule), any(begun)
FROM
(
    SELECT toString(repo) AS repo, number, named.1 AS rule, arrayJoin(emptyArrayToSingle(extractAll(named.2, '\\b([A-Z][A-Z0-9_]+-[0-9]+)\\b'))) AS key,
        toUnixTimestamp64Milli(if(first_commit_at < created_at, assumeNotNull(first_commit_at), created_at)) AS begun
    FROM pull_requests FINAL ARRAY JOIN [('title', title), ('branch', upper(head_branch))] AS named
    WHERE isNull(merged_at)
)
GROUP BY repo, number, key;
