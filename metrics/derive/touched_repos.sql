-- The repositories whose changes may differ since the arrivals {commits}, {pull_requests}, {reviews}, {tickets}, {incidents},
-- {ticket_links}.
WITH remote AS (SELECT ticket, target FROM ticket_links WHERE kind = 'remote' AND arrival > {ticket_links:UInt64})
SELECT DISTINCT toString(repo) AS name
FROM
(
    SELECT repo FROM commits WHERE arrival > {commits:UInt64}
    UNION ALL SELECT repo FROM pull_requests WHERE arrival > {pull_requests:UInt64}
    UNION ALL SELECT repo FROM reviews WHERE arrival > {reviews:UInt64}
    UNION ALL SELECT repo FROM change_tickets
        WHERE key IN (SELECT key FROM tickets WHERE arrival > {tickets:UInt64} UNION DISTINCT SELECT id FROM incidents WHERE arrival > {incidents:UInt64})
    UNION ALL SELECT repo FROM change_tickets WHERE rule = 'remote_link' AND key IN (SELECT ticket FROM remote) -- a link that is gone
    UNION ALL SELECT repo FROM change_commits WHERE sha IN (SELECT lower(extract(target, '/commits?/([0-9A-Fa-f]{40})')) FROM remote)
    UNION ALL
    SELECT repo FROM pull_requests WHERE lower(repo) IN (SELECT extract(lower(target), '^[a-z]+://[^/]+/(.+?)(?:/-)?/(?:pulls?|pull-requests|merge_requests)/[0-9]') FROM remote)
    UNION ALL
    SELECT repo FROM pull_requests WHERE url != '' AND replaceOne(lower(url), '/-/merge_requests/', '/merge_requests/') IN
        (SELECT replaceOne(extract(lower(target), '^[a-z]+://.+?/(?:pulls?|pull-requests|merge_requests)/[0-9]+'), '/-/merge_requests/', '/merge_requests/') FROM remote)
)
WHERE repo != ''
ORDER BY name;
