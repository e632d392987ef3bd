-- Which pull requests and commits the remote links of tickets lead to, by their addresses: …/pull/7 (or merge_requests,
-- pull-requests, with or without GitLab's /-/) is the pull request of that address, and that of the repository whose name
-- stands behind the host; of …/commit/ID the id is enough. {fresh} are the links that arrived since the last derivation.
INSERT INTO {remote_links:Identifier} (ticket, repo, number, sha, fresh)
WITH
    told AS
    (
        SELECT ticket, arrival > {ticket_links:UInt64} AS fresh,
            lower(extract(target, '^[A-Za-z]+://.+?/(?:pulls?|pull-requests|merge_requests)/[0-9]+')) AS address,
            extract(address, '^[a-z]+://[^/]+/(.+?)(?:/-)?/(?:pulls?|pull-requests|merge_requests)/[0-9]') AS path,
            toInt64OrZero(extract(address, '/([0-9]{1,18})$')) AS number,
            lower(extract(target, '/commits?/([0-9A-Fa-f]{40})')) AS sha
        FROM ticket_links FINAL WHERE kind = 'remote'
    ),
    addresses AS
    (
        SELECT ticket, fresh, arrayJoin(arrayDistinct([address, replaceOne(address, '/-/merge_requests/', '/merge_requests/'),
            replaceOne(replaceOne(address, '/-/merge_requests/', '/merge_requests/'), '/merge_requests/', '/-/merge_requests/')])) AS address
        FROM told WHERE address != ''
    )
SELECT DISTINCT ticket, repo, number, sha, fresh
FROM
(
    SELECT t.ticket AS ticket, r.repo AS repo, t.number AS number, '' AS sha, t.fresh AS fresh
    FROM (SELECT * FROM told WHERE path != '') AS t
    INNER JOIN (SELECT DISTINCT toString(repo) AS repo, lower(repo) AS path FROM pull_requests) AS r ON t.path = r.path
    UNION ALL
    SELECT a.ticket, p.repo, p.number, '', a.fresh
    FROM addresses AS a
    INNER JOIN (SELECT toString(repo) AS repo, number, lower(url) AS address FROM pull_requests FINAL WHERE lower(url) IN (SELECT address FROM addresses)) AS p ON a.address = p.address
    UNION ALL
    SELECT ticket, '', 0, sha, fresh FROM told WHERE sha != ''
);
