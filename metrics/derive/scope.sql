-- What of the repositories {repos} must be derived again, where only some of it must. Everything else stays as it is:
--
-- {moved} are the commits that arrived or stand elsewhere than before, with their places before and now. A pull request is
-- touched if it arrived, or lists or was merged as one of them. The cut of a repository is a place on its mainline: no
-- commit before it moved, none is or was explained by a touched pull request, nor can be a copy that rebasing a touched one
-- made. So which change brought a commit before the cut is what it was, and steps before the cut are not looked at.
INSERT INTO {touched_pulls:Identifier} (repo, number)
SELECT DISTINCT repo, number
FROM
(
    SELECT toString(repo) AS repo, number FROM pull_requests WHERE repo IN {repos:Array(String)} AND arrival > {pull_requests:UInt64}
    UNION ALL
    SELECT toString(repo), number FROM pull_requests FINAL ARRAY JOIN arrayConcat(commits, [merge_sha]) AS sha
    WHERE repo IN {repos:Array(String)} AND (repo, sha) IN (SELECT repo, sha FROM {moved:Identifier})
    UNION ALL
    SELECT toString(repo), assumeNotNull(number) FROM {change_commits:Identifier}
    WHERE repo IN {repos:Array(String)} AND isNotNull(number) AND (repo, sha) IN (SELECT repo, sha FROM {moved:Identifier})
);

INSERT INTO {cuts:Identifier} (repo, position)
SELECT repo, min(position)
FROM
(
    SELECT arrayJoin({repos:Array(String)}) AS repo, toUInt32(4294967295) AS position -- after everything
    UNION ALL
    SELECT toString(repo), position FROM {moved:Identifier}
    UNION ALL
    SELECT toString(repo), position FROM {commit_positions:Identifier}
    WHERE repo IN {repos:Array(String)} AND (repo, sha) IN
    (
        SELECT repo, sha FROM {change_commits:Identifier}
        WHERE repo IN {repos:Array(String)} AND isNotNull(number) AND (repo, assumeNotNull(number)) IN (SELECT repo, number FROM {touched_pulls:Identifier})
        UNION ALL
        SELECT repo, arrayJoin(arrayConcat(commits, [merge_sha])) FROM pull_requests FINAL
        WHERE repo IN {repos:Array(String)} AND (repo, number) IN (SELECT repo, number FROM {touched_pulls:Identifier})
    )
    UNION ALL
    SELECT toString(p.repo), toUInt32(greatest(toInt64(m.position) - p.size, 0))
    FROM
    (
        SELECT repo, merge_sha, toInt64(length(commits)) AS size FROM pull_requests FINAL
        WHERE repo IN {repos:Array(String)} AND (repo, number) IN (SELECT repo, number FROM {touched_pulls:Identifier})
    ) AS p
    INNER JOIN (SELECT repo, sha, position FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)}) AS m ON p.repo = m.repo AND p.merge_sha = m.sha
)
GROUP BY repo;

-- Changes that a ticket links to since, or did before.
INSERT INTO {relinked:Identifier} (repo, change)
SELECT repo, concat(repo, '#', toString(number)) FROM {remote_links:Identifier} WHERE fresh AND number > 0 AND repo IN {repos:Array(String)}
UNION DISTINCT
SELECT toString(repo), change FROM {change_commits:Identifier} WHERE repo IN {repos:Array(String)} AND sha IN (SELECT sha FROM {remote_links:Identifier} WHERE fresh AND sha != '')
UNION DISTINCT
SELECT toString(repo), change FROM {change_tickets:Identifier}
WHERE repo IN {repos:Array(String)} AND rule = 'remote_link' AND key IN (SELECT ticket FROM ticket_links WHERE kind = 'remote' AND arrival > {ticket_links:UInt64});

-- Pull requests whose change is derived again: the touched ones, those merged from the cut on, and those of which only a
-- review, a ticket or a link to them arrived.
INSERT INTO {scope_pulls:Identifier} (repo, number)
SELECT DISTINCT repo, number
FROM
(
    SELECT toString(repo) AS repo, number FROM {touched_pulls:Identifier}
    UNION ALL
    SELECT toString(repo), number FROM pull_requests FINAL
    WHERE repo IN {repos:Array(String)} AND isNotNull(merged_at) AND (repo, merge_sha) IN
        (SELECT p.repo, p.sha FROM {commit_positions:Identifier} AS p INNER JOIN {cuts:Identifier} AS c ON p.repo = c.repo WHERE p.position >= c.position)
    UNION ALL
    SELECT toString(repo), pull_request FROM reviews WHERE repo IN {repos:Array(String)} AND arrival > {reviews:UInt64}
    UNION ALL
    SELECT toString(repo), toInt64OrZero(extract(change, '#([0-9]+)$')) FROM {change_tickets:Identifier}
    WHERE repo IN {repos:Array(String)}
      AND key IN (SELECT key FROM tickets WHERE arrival > {tickets:UInt64} UNION DISTINCT SELECT id FROM incidents WHERE arrival > {incidents:UInt64})
    UNION ALL
    SELECT repo, toInt64OrZero(extract(change, '#([0-9]+)$')) FROM {relinked:Identifier}
);

-- The commits from the cut on, and before it those that may be copies of the pull requests' commits.
INSERT INTO {scope_commits:Identifier} (repo, sha, after_cut)
SELECT p.repo, p.sha, p.position >= c.cut
FROM {commit_positions:Identifier} AS p
INNER JOIN
(
    SELECT repo, min(cut) AS cut, min(position) AS earliest
    FROM
    (
        SELECT toString(repo) AS repo, position AS cut, position FROM {cuts:Identifier}
        UNION ALL
        SELECT toString(p.repo), 4294967295, toUInt32(greatest(toInt64(m.position) - p.size, 0))
        FROM
        (
            SELECT repo, merge_sha, toInt64(length(commits)) AS size FROM pull_requests FINAL
            WHERE repo IN {repos:Array(String)} AND (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})
        ) AS p
        INNER JOIN (SELECT repo, sha, position FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)}) AS m ON p.repo = m.repo AND p.merge_sha = m.sha
    )
    GROUP BY repo
) AS c ON p.repo = c.repo
WHERE p.position >= c.earliest;

INSERT INTO {scope_changes:Identifier} (repo, change)
SELECT DISTINCT repo, change
FROM
(
    SELECT toString(repo) AS repo, concat(repo, '#', toString(number)) AS change FROM {scope_pulls:Identifier}
    UNION ALL SELECT toString(repo), concat(repo, '@', sha) FROM {scope_commits:Identifier} WHERE after_cut
    UNION ALL SELECT toString(repo), concat(repo, '@', sha) FROM {moved:Identifier}
    UNION ALL SELECT toString(repo), change FROM {change_tickets:Identifier}
    WHERE repo IN {repos:Array(String)}
      AND key IN (SELECT key FROM tickets WHERE arrival > {tickets:UInt64} UNION DISTINCT SELECT id FROM incidents WHERE arrival > {incidents:UInt64})
    UNION ALL SELECT repo, change FROM {relinked:Identifier}
);

DELETE FROM {change_commits:Identifier}
WHERE repo IN {repos:Array(String)}
  AND (isNotNull(number) AND (repo, assumeNotNull(number)) IN (SELECT repo, number FROM {scope_pulls:Identifier})
       OR isNull(number) AND ((repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier} WHERE after_cut) OR (repo, sha) IN (SELECT repo, sha FROM {moved:Identifier})));

DELETE FROM {change_tickets:Identifier} WHERE repo IN {repos:Array(String)} AND (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier});

DELETE FROM {changes:Identifier} WHERE repo IN {repos:Array(String)} AND (repo, id) IN (SELECT repo, change FROM {scope_changes:Identifier});

DELETE FROM {change_fixes:Identifier} WHERE repo IN {repos:Array(String)};
