-- The repositories whose changes may differ since the arrivals {commits}, {pull_requests}, {reviews}, {tickets}, {incidents}.
SELECT DISTINCT toString(repo) AS name
FROM
(
    SELECT repo FROM commits WHERE arrival > {commits:UInt64}
    UNION ALL SELECT repo FROM pull_requests WHERE arrival > {pull_requests:UInt64}
    UNION ALL SELECT repo FROM reviews WHERE arrival > {reviews:UInt64}
    UNION ALL SELECT repo FROM change_tickets
        WHERE key IN (SELECT key FROM tickets WHERE arrival > {tickets:UInt64} UNION DISTINCT SELECT id FROM incidents WHERE arrival > {incidents:UInt64})
)
WHERE repo != ''
ORDER BY name;
