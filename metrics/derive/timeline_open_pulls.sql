-- Pull requests that were not merged, with the keys of tickets that they name; '' for none. Those that were merged are
-- changes, of which change_tickets knows the keys.
INSERT INTO {open_pulls:Identifier} (repo, number, key, rule, begun)
WITH open AS
(
    SELECT toString(repo) AS repo, number, title, head_branch, ticket_keys, commits,
        toUnixTimestamp64Milli(if(first_commit_at < created_at, assumeNotNull(first_commit_at), created_at)) AS begun
    FROM pull_requests FINAL WHERE isNull(merged_at)
)
SELECT repo, number, key, argMin(rule, (indexOf({link_rules:Array(String)}, rule), rule)), any(begun)
FROM
(
    SELECT repo, number, begun, named.1 AS rule, arrayJoin(emptyArrayToSingle(arrayConcat(
        extractAll(named.2, {key:String}),
        arrayMap(issue -> if(startsWith(issue, '#'), concat(repo, issue), issue), extractAll(arrayStringConcat(extractAll(named.2, {closing:String}), ' '), {issue:String}))))) AS key
    FROM open ARRAY JOIN [('title', title), ('branch', upper(head_branch))] AS named
    UNION ALL
    SELECT repo, number, begun, 'body', arrayJoin(ticket_keys) FROM open
    UNION ALL
    SELECT o.repo, o.number, o.begun, 'remote_link', l.ticket
    FROM open AS o INNER JOIN {remote_links:Identifier} AS l ON o.repo = l.repo AND o.number = l.number
    UNION ALL
    SELECT o.repo, o.number, o.begun, 'remote_link', l.ticket
    FROM (SELECT repo, number, begun, arrayJoin(commits) AS sha FROM open) AS o INNER JOIN {remote_links:Identifier} AS l ON o.sha = l.sha
)
GROUP BY repo, number, key;
