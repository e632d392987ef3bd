-- Which changes belong to which tickets of a batch ({scope_tickets}): those that name the ticket's key or that it links
-- to, and that were begun before it was done. What merely mentions a ticket later is no part of it.
INSERT INTO {links:Identifier} (item, repo, change, number, begun, merged, rule)
SELECT k.key, k.repo, k.change, k.number, k.begun, k.merged, k.rule
FROM
(
    SELECT n.key AS key, n.repo AS repo, n.change AS change, c.number AS number, toUnixTimestamp64Milli(coalesce(c.first_commit_at, c.created_at, c.merged_at)) AS begun,
        toNullable(toUnixTimestamp64Milli(c.merged_at)) AS merged, n.rule AS rule
    FROM (SELECT key, toString(repo) AS repo, change, argMin(toString(rule), (indexOf({link_rules:Array(String)}, toString(rule)), toString(rule))) AS rule FROM {change_tickets:Identifier} WHERE key IN (SELECT key FROM {scope_tickets:Identifier}) GROUP BY key, repo, change) AS n
    INNER JOIN
    (
        SELECT toString(repo) AS repo, id, number, first_commit_at, created_at, merged_at FROM {changes:Identifier}
        WHERE (repo, id) IN (SELECT repo, change FROM {change_tickets:Identifier} WHERE key IN (SELECT key FROM {scope_tickets:Identifier}))
    ) AS c ON n.repo = c.repo AND n.change = c.id
    UNION ALL
    SELECT key, repo, concat(repo, '#', toString(number)), toNullable(number), begun, CAST(NULL, 'Nullable(Int64)'), rule
    FROM {open_pulls:Identifier} WHERE key IN (SELECT key FROM {scope_tickets:Identifier})
) AS k
INNER JOIN {ticket_rows:Identifier} AS t ON k.key = t.key
WHERE isNull(t.done) OR k.begun <= assumeNotNull(t.done);

INSERT INTO {items_pulls:Identifier} (repo, number)
SELECT DISTINCT repo, assumeNotNull(number) FROM {links:Identifier} WHERE isNotNull(number);

INSERT INTO {linked_alone:Identifier} (repo, change)
SELECT DISTINCT repo, change FROM {links:Identifier};
