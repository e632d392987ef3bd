-- Which pull requests and commits the remote links of tickets lead to, by their addresses: …/REPO/pull/7 (or merge_requests,
-- pull-requests, with or without GitLab's /-/) and …/commit/ID. A repository may be known by a shorter name than its address
-- has. A commit's id is enough. {fresh} are the links that arrived since the last derivation.
INSERT INTO {remote_links:Identifier} (ticket, repo, number, sha, fresh)
WITH
    told AS
    (
        SELECT ticket, lower(extract(target, '^[A-Za-z]+://(.+?)(?:/-)?/(?:pulls?|pull-requests|merge_requests)/[0-9]')) AS path,
            toInt64OrZero(extract(target, '/(?:pulls?|pull-requests|merge_requests)/([0-9]{1,18})')) AS number,
            lower(extract(target, '/commits?/([0-9A-Fa-f]{40})')) AS sha, arrival > {ticket_links:UInt64} AS fresh
        FROM ticket_links FINAL WHERE kind = 'remote'
    )
SELECT t.ticket, p.repo, t.number, '', t.fresh
FROM (SELECT * FROM told WHERE path != '') AS t
INNER JOIN
(
    SELECT path, repo
    FROM (SELECT DISTINCT path FROM told WHERE path != '') AS paths
    CROSS JOIN (SELECT DISTINCT toString(repo) AS repo FROM pull_requests) AS repos
    WHERE endsWith(path, concat('/', lower(repo)))
) AS p ON t.path = p.path
UNION ALL
SELECT ticket, '', 0, sha, fresh FROM told WHERE sha != '';
