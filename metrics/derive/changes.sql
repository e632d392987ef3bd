-- Changes of the repositories {repos}, {whole} or those of the scope only (see scope.sql): which commits belong to which change, which tickets it names, when what happened
-- to it, and what it says that it repairs. Reads the records and commit_positions; all moments are UTC.

-- The commits that a merged pull request lists, and the one that it was merged as.
INSERT INTO {change_commits:Identifier} (repo, sha, change, number, merged_at)
SELECT repo, sha, concat(repo, '#', toString(number)), number, assumeNotNull(merged_at)
FROM pull_requests FINAL
ARRAY JOIN arrayDistinct(arrayConcat(commits, if(merge_sha = '', [], [merge_sha]))) AS sha
WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at);

-- The commits that the merge brought in, where a pull request lists none.
INSERT INTO {change_commits:Identifier} (repo, sha, change, number, merged_at)
SELECT c.repo, c.sha, concat(p.repo, '#', toString(p.number)), p.number, assumeNotNull(p.merged_at)
FROM (SELECT repo, sha, position FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier})) AND NOT mainline) AS c
INNER JOIN
(
    SELECT p.repo AS repo, p.number AS number, p.merged_at AS merged_at, m.position AS position
    FROM (SELECT repo, number, merged_at, merge_sha FROM pull_requests FINAL
          WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at) AND empty(commits) AND merge_sha != '') AS p
    INNER JOIN (SELECT repo, sha, position FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier})) AND mainline) AS m
        ON p.repo = m.repo AND p.merge_sha = m.sha
) AS p ON c.repo = p.repo AND c.position = p.position;

-- The copies that rebasing put on the mainline: the steps just before the one that the pull request was merged as, with
-- the same author's date and message as commits that it lists and that did not reach the mainline themselves.
-- (Semi joins, because the engine would reorder inner ones and begin with all pairs of commits of a repository.)
INSERT INTO {change_commits:Identifier} (repo, sha, change, number, merged_at)
SELECT DISTINCT s.repo, s.sha, concat(r.repo, '#', toString(r.number)), r.number, assumeNotNull(r.merged_at)
FROM
(
    SELECT p.repo AS repo, p.sha AS sha, p.position AS position, c.authored_at AS authored_at, c.message AS message
    FROM (SELECT repo, sha, position FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier})) AND mainline) AS p
    SEMI LEFT JOIN (SELECT repo, sha, authored_at, message FROM commits FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier})) AND length(parents) = 1) AS c
        ON p.repo = c.repo AND p.sha = c.sha
) AS s
INNER JOIN
(
    SELECT p.repo AS repo, p.number AS number, p.merged_at AS merged_at, p.size AS size, m.position AS top, c.authored_at AS authored_at, c.message AS message
    FROM
    (
        SELECT repo, number, merged_at, merge_sha, length(commits) AS size, sha
        FROM pull_requests FINAL ARRAY JOIN commits AS sha
        WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at) AND length(commits) > 1
    ) AS p
    SEMI LEFT JOIN (SELECT repo, sha, position FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier})) AND mainline) AS m
        ON p.repo = m.repo AND p.merge_sha = m.sha
    SEMI LEFT JOIN (SELECT repo, sha, authored_at, message FROM commits FINAL WHERE repo IN {repos:Array(String)}
                AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, arrayJoin(commits) FROM pull_requests FINAL WHERE (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})))
                AND (repo, sha) NOT IN (SELECT repo, sha FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)}
                    AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, arrayJoin(commits) FROM pull_requests FINAL WHERE (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier}))))) AS c
        ON p.repo = c.repo AND p.sha = c.sha
) AS r ON s.repo = r.repo AND s.authored_at = r.authored_at AND s.message = r.message
WHERE s.position < r.top AND s.position + r.size > r.top;

-- Pull requests that were merged off the mainline (the mainline merged back into a release branch) list steps of the
-- mainline that they did not bring there: those they do not explain.
INSERT INTO {side_changes:Identifier} (repo, change)
WITH
    merged AS
    (
        SELECT repo, number, merge_sha FROM pull_requests FINAL
        WHERE repo IN {repos:Array(String)} AND isNotNull(merged_at)
          AND ({whole:Bool} OR (repo, number) IN (SELECT repo, assumeNotNull(number) FROM {change_commits:Identifier} WHERE isNotNull(number) AND (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier} WHERE after_cut)))
    )
SELECT repo, concat(repo, '#', toString(number)) AS change FROM merged
WHERE (repo, merge_sha) IN (SELECT repo, sha FROM commits FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, merge_sha FROM merged)))
  AND (repo, merge_sha) NOT IN (SELECT repo, sha FROM {commit_positions:Identifier}
        WHERE repo IN {repos:Array(String)} AND mainline AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, merge_sha FROM merged)));

-- The steps of the mainline that no pull request explains, with the commits they brought in that none explains either.
-- A merge that brought in nothing but commits of pull requests is explained by them.
INSERT INTO {change_commits:Identifier} (repo, sha, change, number, merged_at)
WITH
    explained AS
    (
        SELECT repo, sha FROM {change_commits:Identifier}
        WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier} WHERE after_cut))
          AND NOT ((repo, change) IN (SELECT repo, change FROM {side_changes:Identifier}) AND (repo, sha) IN (SELECT repo, sha FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier} WHERE after_cut)) AND mainline))
    ),
    placed AS (SELECT repo, sha, position, mainline, (repo, sha) IN (explained) AS is_explained FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier} WHERE after_cut)))
SELECT p.repo, p.sha, concat(s.repo, '@', s.sha), NULL, s.merged_at
FROM (SELECT repo, sha, position FROM placed WHERE NOT is_explained) AS p
INNER JOIN
(
    SELECT s.repo AS repo, s.sha AS sha, s.position AS position, coalesce(c.committed_at, c.authored_at) AS merged_at
    FROM
    (
        SELECT repo, position, anyIf(sha, mainline) AS sha, countIf(mainline AND NOT is_explained) AS steps, countIf(NOT mainline) AS brought, countIf(NOT mainline AND NOT is_explained) AS unexplained
        FROM placed GROUP BY repo, position
        HAVING steps > 0 AND (brought = 0 OR unexplained > 0)
    ) AS s
    INNER JOIN (SELECT repo, sha, authored_at, committed_at FROM commits FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {scope_commits:Identifier} WHERE after_cut))) AS c
        ON s.repo = c.repo AND s.sha = c.sha
) AS s ON p.repo = s.repo AND p.position = s.position;

-- Keys of tickets that a change names ({key}) in its title, branch or commits, or closes as code hosts understand it ({closing} an {issue}:
-- "Fixes #12"), that its description names, and of those that link to it. Of bots' commits the first line is read, of others' what
-- is not quoted or a comment ({unmeant}): squashing copies descriptions into them.
INSERT INTO {change_tickets:Identifier} (repo, change, key, rule)
WITH bots AS (SELECT account FROM org_accounts WHERE bot)
SELECT DISTINCT repo, change, key, rule
FROM
(
    SELECT repo, change, rule, arrayJoin(arrayConcat(
        extractAll(text, {key:String}),
        arrayMap(issue -> if(startsWith(issue, '#'), concat(repo, issue), issue), extractAll(arrayStringConcat(extractAll(text, {closing:String}), ' '), {issue:String})))) AS key
    FROM
    (
        SELECT toString(repo) AS repo, concat(repo, '#', toString(number)) AS change, named.1 AS rule, named.2 AS text
        FROM pull_requests FINAL ARRAY JOIN [('title', title), ('branch', upper(head_branch))] AS named
        WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at)
        UNION ALL
        SELECT toString(cc.repo), cc.change, 'commit', c.text
        FROM (SELECT repo, sha, change FROM {change_commits:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier}))) AS cc
        INNER JOIN
        (
            SELECT repo, sha,
                if(endsWith(lower(author), '[bot]') OR endsWith(splitByChar('@', lower(author_email))[1], '[bot]') OR lower(author) IN (bots) OR lower(author_email) IN (bots),
                    splitByChar('\n', message)[1], replaceRegexpAll(message, {unmeant:String}, ' ')) AS text
            FROM commits FINAL
            WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {change_commits:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier})))
              AND match(message, '[A-Z][A-Z0-9_]+-[0-9]|#[0-9]')
        ) AS c
            ON cc.repo = c.repo AND cc.sha = c.sha
    )
    UNION ALL
    SELECT toString(repo), concat(repo, '#', toString(number)), 'body', arrayJoin(ticket_keys)
    FROM pull_requests FINAL
    WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at)
    UNION ALL
    SELECT l.repo, concat(l.repo, '#', toString(l.number)), 'remote_link', l.ticket
    FROM {remote_links:Identifier} AS l
    WHERE l.number > 0 AND (l.repo, l.number) IN
    (
        SELECT toString(repo), number FROM pull_requests FINAL
        WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at)
    )
    UNION ALL
    SELECT toString(cc.repo), cc.change, 'remote_link', l.ticket
    FROM
    (
        SELECT repo, sha, change FROM {change_commits:Identifier}
        WHERE repo IN {repos:Array(String)} AND sha IN (SELECT sha FROM {remote_links:Identifier} WHERE sha != '')
          AND ({whole:Bool} OR (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier}))
    ) AS cc
    INNER JOIN {remote_links:Identifier} AS l ON cc.sha = l.sha
);

-- The changes themselves.
--   * the first commit is the earliest authored, merge commits aside; a pull request's own word for it comes first;
--   * bots review and approve nothing; whether their commits start a change is configured ({bot_commits});
--   * a first commit after the merge (edited history) or an unknown one falls back to the pull request's creation.
INSERT INTO {changes:Identifier} (repo, id, kind, number, sha, title, url, author, position, known, commits, first_commit_at, created_at, ready_at, first_review_at, approved_at, merged_at,
    excluded, revert, hotfix, urgent, named_shas, named_numbers, named_title)
WITH
    bots AS (SELECT account FROM org_accounts WHERE bot),
    base AS
    (
        SELECT repo, concat(repo, '#', toString(number)) AS id, 'pull_request' AS kind, toNullable(number) AS number, merge_sha AS sha, title, url, author, head_branch AS branch, labels, has(commits, merge_sha) AS lists_merge,
            first_commit_at, toNullable(created_at) AS created_at, ready_at, assumeNotNull(merged_at) AS merged
        FROM pull_requests FINAL
        WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at)
        UNION ALL
        SELECT repo, concat(repo, '@', sha), if(length(parents) > 1, 'merge', 'commit'), NULL, sha, substringUTF8(splitByChar('\n', message)[1], 1, 300), url, author,
            extract(message, '^Merge (?:remote-tracking )?branch \'([^\']+)\''), [], true, NULL, NULL, NULL, coalesce(committed_at, authored_at)
        FROM commits FINAL
        WHERE repo IN {repos:Array(String)}
          AND (repo, sha) IN (SELECT repo, sha FROM {change_commits:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier})) AND isNull(number) AND endsWith(change, concat('@', sha)))
    ),
    parts AS
    (
        SELECT cc.repo AS repo, cc.change AS change,
            groupUniqArray(cc.sha) AS commits,
            countIf(c.known AND length(c.parents) < 2 AND ({bot_commits:Bool} OR NOT c.bot)) AS starting_commits,
            countIf(c.bot) AS bot_commits,
            minIf((c.authored_at, cc.sha), c.known AND length(c.parents) < 2 AND ({bot_commits:Bool} OR NOT c.bot)) AS first,
            argMaxOrNullIf(cc.sha, (p.position, cc.sha), p.placed) AS last_sha,
            maxOrNullIf(p.position, p.placed) AS last_position,
            arraySort(groupUniqArrayArray(extractAll(c.message, 'This reverts commit ([0-9a-f]{7,40})'))) AS reverted_shas,
            arraySort(groupUniqArrayArray(extractAll(c.message, '(?i)\\breverts? (?:pull request |merge request |pr )?(?:[a-z0-9_.-]+/[a-z0-9_.-]+)?[#!]([0-9]{1,9})\\b'))) AS reverted_numbers
        FROM (SELECT repo, sha, change FROM {change_commits:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier}))) AS cc
        LEFT JOIN
        (
            SELECT repo, sha, authored_at, parents, if(position(message, 'evert') > 0, message, '') AS message, true AS known,
                endsWith(lower(author), '[bot]') OR endsWith(splitByChar('@', lower(author_email))[1], '[bot]') OR lower(author) IN (bots) OR lower(author_email) IN (bots) AS bot
            FROM commits FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {change_commits:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier})))
        ) AS c ON cc.repo = c.repo AND cc.sha = c.sha
        LEFT JOIN (SELECT repo, sha, position, true AS placed FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {change_commits:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier})))) AS p ON cc.repo = p.repo AND cc.sha = p.sha
        GROUP BY repo, change
    ),
    reviewed AS
    (
        SELECT r.repo AS repo, r.number AS number,
            minOrNullIf(r.at, r.kind = 'ready') AS ready_at,
            minOrNullIf(r.at, r.kind IN ('commented', 'approved', 'changes_requested') AND r.other) AS first_review_at,
            maxOrNullIf(r.at, r.kind = 'approved' AND r.other AND r.at <= r.merged_at) AS approved_at
        FROM
        (
            SELECT r.repo AS repo, r.pull_request AS number, r.kind AS kind, r.at AS at, assumeNotNull(p.merged_at) AS merged_at,
                if(ra.person = '', lower(r.actor), ra.person) != if(pa.person = '', lower(p.author), pa.person)
                    AND NOT (ra.bot OR endsWith(lower(r.actor), '[bot]')) AS other
            FROM (SELECT repo, pull_request, kind, actor, at FROM reviews FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, pull_request) IN (SELECT repo, number FROM {scope_pulls:Identifier}))) AS r
            INNER JOIN (SELECT repo, number, author, merged_at FROM pull_requests FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, number) IN (SELECT repo, number FROM {scope_pulls:Identifier})) AND isNotNull(merged_at)) AS p
                ON r.repo = p.repo AND r.pull_request = p.number
            LEFT JOIN org_accounts AS ra ON lower(r.actor) = ra.account
            LEFT JOIN org_accounts AS pa ON lower(p.author) = pa.account
        ) AS r
        GROUP BY repo, number
    ),
    pressing AS
    (
        SELECT key, max(is_urgent) AS urgent, max(is_hotfix) AS hotfix, max(ifNull(resolved_at, toDateTime64('2261-12-31 00:00:00', 3, 'UTC'))) AS over
        FROM
        (
            SELECT key, class = 'defect' AND lower(priority) IN ('highest', 'critical', 'blocker', 'urgent', 'emergency', 'immediate', 'p0', 'p1', 'sev0', 'sev1') AS is_urgent,
                lower(type) = 'hotfix' OR has(arrayMap(l -> lower(l), labels), 'hotfix') AS is_hotfix, resolved_at
            FROM tickets FINAL WHERE is_urgent OR is_hotfix
            UNION ALL SELECT id, true, false, resolved_at FROM incidents FINAL
        )
        GROUP BY key
    ),
    -- What a title, branch or commit names, the change is for. A description may only mention it, and links are made in passing: then the
    -- change is for what was not over when it was begun.
    named_changes AS
    (
        SELECT t.repo AS repo, t.change AS change, max(k.urgent AND t.own) AS urgent, max(k.hotfix AND t.own) AS hotfix,
            maxIf(k.over, k.urgent AND NOT t.own) AS urgent_until, maxIf(k.over, k.hotfix AND NOT t.own) AS hotfix_until
        FROM (SELECT repo, change, key, rule NOT IN ('body', 'remote_link') AS own FROM {change_tickets:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier}))) AS t
        INNER JOIN pressing AS k ON t.key = k.key
        GROUP BY repo, change
    )
SELECT b.repo, b.id, b.kind, b.number,
    if(m.placed OR g.known OR p.last_sha IS NULL, b.sha, assumeNotNull(p.last_sha)) AS revision,
    b.title, b.url, b.author,
    if(m.placed, toNullable(m.position), if(g.known, NULL, p.last_position)) AS place,
    m.placed OR g.known OR isNotNull(p.last_sha) AS known_revision,
    arraySort(p.commits),
    multiIf(isNotNull(b.first_commit_at), b.first_commit_at, p.starting_commits = 0, NULL,
            p.first.2 = b.sha AND NOT b.lists_merge, NULL, -- a squash commit alone does not say when the work began
            toNullable(p.first.1)) AS first_commit,
    b.created_at,
    if(b.kind = 'pull_request', coalesce(b.ready_at, r.ready_at, b.created_at), NULL),
    if(b.kind = 'pull_request', r.first_review_at, NULL),
    if(b.kind = 'pull_request', r.approved_at, NULL),
    b.merged,
    multiIf(isNotNull(first_commit) AND first_commit <= b.merged, '',
            b.kind = 'pull_request' AND isNotNull(b.created_at) AND b.created_at <= b.merged, '',
            isNotNull(first_commit), 'its first commit is dated after its merge',
            p.starting_commits = 0 AND p.bot_commits > 0, 'only bots worked on it',
            'its first commit is not known'),
    NOT match(b.title, '^(?:Revert "Revert |Reapply )') AND (match(b.title, '^Revert\\b') OR match(b.branch, '^revert-[0-9]+-') OR b.kind != 'pull_request' AND notEmpty(p.reverted_shas)) AS is_revert,
    match(lower(b.branch), '(?:^|/)hot-?fix(?:[/_-]|$)') OR has(arrayMap(l -> lower(l), b.labels), 'hotfix')
        OR n.hotfix OR coalesce(first_commit, b.created_at, b.merged) <= n.hotfix_until,
    n.urgent OR coalesce(first_commit, b.created_at, b.merged) <= n.urgent_until,
    if(is_revert, p.reverted_shas, []),
    arrayDistinct(arrayMap(x -> toInt64(x), arrayFilter(x -> x != '',
        arrayConcat(if(is_revert, p.reverted_numbers, []), if(is_revert, [extract(b.branch, '^revert-([0-9]{1,9})-'), extract(b.title, '^Revert ".*[(][#!]([0-9]{1,9})[)]"')], []),
                    if(NOT is_revert, extractAll(b.title, '#([0-9]{1,9})\\b'), []))))),
    if(is_revert, extract(b.title, '^Revert "(.*)"'), '')
FROM base AS b
LEFT JOIN parts AS p ON b.repo = p.repo AND b.id = p.change
LEFT JOIN reviewed AS r ON b.repo = r.repo AND b.number = r.number
LEFT JOIN (SELECT repo, sha, position, true AS placed FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {change_commits:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier})))) AS m ON b.repo = m.repo AND b.sha = m.sha
LEFT JOIN (SELECT repo, sha, true AS known FROM commits FINAL WHERE repo IN {repos:Array(String)} AND ({whole:Bool} OR (repo, sha) IN (SELECT repo, sha FROM {change_commits:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM {scope_changes:Identifier})))) AS g ON b.repo = g.repo AND b.sha = g.sha
LEFT JOIN named_changes AS n ON b.repo = n.repo AND b.id = n.change;

-- What the changes that repair something name, resolved: by commit, by number, else by title (the last one before).
INSERT INTO {change_fixes:Identifier} (repo, change, target)
WITH named AS (SELECT repo, id, number, title, merged_at, named_shas, named_numbers, named_title FROM {changes:Identifier}
               WHERE repo IN {repos:Array(String)} AND (revert OR hotfix))
SELECT DISTINCT repo, change, target
FROM
(
    SELECT n.repo AS repo, n.id AS change, c.change AS target
    FROM (SELECT repo, id, ref FROM named ARRAY JOIN named_shas AS ref) AS n
    INNER JOIN (SELECT repo, sha, change, substring(sha, 1, 7) AS short FROM {change_commits:Identifier} WHERE repo IN {repos:Array(String)}) AS c
        ON n.repo = c.repo AND substring(n.ref, 1, 7) = c.short
    WHERE startsWith(c.sha, n.ref)
    UNION ALL
    SELECT n.repo, n.id, t.id
    FROM (SELECT repo, id, ref FROM named ARRAY JOIN named_numbers AS ref) AS n
    INNER JOIN (SELECT repo, id, assumeNotNull(number) AS number FROM {changes:Identifier} WHERE repo IN {repos:Array(String)} AND isNotNull(number)) AS t
        ON n.repo = t.repo AND n.ref = t.number
    UNION ALL
    SELECT n.repo, n.id, argMax(t.id, (t.merged_at, t.id))
    FROM (SELECT repo, id, named_title, merged_at FROM named WHERE named_title != '' AND empty(named_shas) AND empty(named_numbers)) AS n
    INNER JOIN (SELECT repo, id, title, merged_at FROM {changes:Identifier} WHERE repo IN {repos:Array(String)}) AS t
        ON n.repo = t.repo AND n.named_title = t.title
    WHERE t.merged_at < n.merged_at
    GROUP BY n.repo, n.id
)
WHERE change != target;
