-- What was going on with the pull requests of a batch ({items_pulls}): who had the ball. Reads pull_requests and
-- reviews. Reviews of bots and remarks of the author himself move
-- nothing; whoever dismisses an approval opens the review again.
--   coding   until it is ready, and while it is a draft again        the author's group acts
--   pickup   ready, asked for, or changed after remarks              waits for the reviewers
--   review   a reviewer has remarked                                 the reviewers act
--   rework   a reviewer wants changes                                the author's group acts
--   merge    the last approval is given                              waits to be merged
INSERT INTO {pull_spans:Identifier} (repo, number, start_ms, end_ms, state, account)
WITH
    pulls AS
    (
        SELECT repo, number, lower(author) AS author, toUnixTimestamp64Milli(created_at) AS created, toUnixTimestamp64Milli(first_commit_at) AS first_commit, toUnixTimestamp64Milli(ready_at) AS ready, draft,
            toUnixTimestamp64Milli(coalesce(merged_at, closed_at, fromUnixTimestamp64Milli(toInt64(9000000000000000), 'UTC'))) AS over
        FROM pull_requests FINAL WHERE (repo, number) IN (SELECT repo, number FROM {items_pulls:Identifier})
    ),
    told AS
    (
        SELECT repo, number, arraySort(groupArray((at, id, kind, actor, target))) AS list
        FROM
        (
            SELECT r.repo AS repo, r.number AS number, r.at AS at, r.id AS id, r.kind AS kind, r.actor AS actor, r.target AS target
            FROM
            (
                SELECT repo, pull_request AS number, toUnixTimestamp64Milli(at) AS at, id, toString(kind) AS kind, lower(actor) AS actor, lower(target) AS target
                FROM reviews FINAL WHERE (repo, pull_request) IN (SELECT repo, number FROM {items_pulls:Identifier})
            ) AS r
            INNER JOIN pulls AS p ON r.repo = p.repo AND r.number = p.number
            LEFT JOIN org_accounts AS ra ON r.actor = ra.account
            LEFT JOIN org_accounts AS pa ON p.author = pa.account
            WHERE r.kind IN ('requested', 'ready', 'draft', 'pushed', 'dismissed')
               OR if(ra.person = '', r.actor, ra.person) != if(pa.person = '', p.author, pa.person) AND NOT (ra.bot OR endsWith(r.actor, '[bot]'))
        )
        GROUP BY repo, number
    )
SELECT repo, number, span.1, span.2, span.3, span.4
FROM
(
    SELECT p.repo AS repo, p.number AS number, p.author AS author,
        arrayExists(e -> e.3 = 'ready', t.list) AS tells_ready,
        -- It began as a draft if it became ready later, or if it still is one and nothing says otherwise.
        if(tells_ready OR arrayExists(e -> e.3 = 'draft', t.list), arrayFirst(e -> e.3 IN ('ready', 'draft'), t.list).3 = 'ready' AND arrayFirst(e -> e.3 = 'ready', t.list).1 > p.created, ifNull(p.ready > p.created, p.draft)) AS began_as_draft,
        arraySort(e -> (e.1, e.2), arrayConcat(
            [(p.created, '', 'created', '', '')],
            if(NOT tells_ready AND ifNull(p.ready > p.created, false), [(assumeNotNull(p.ready), '', 'ready', '', '')], []),
            t.list)) AS unbounded,
        arrayFilter(e -> e.1 < p.over, unbounded) AS events,
        arrayReverseFill(x -> x != '', arrayMap(e -> if(e.3 IN ('approved', 'changes_requested', 'dismissed'), e.3, ''), events)) AS verdict_from,
        -- Of approvals in a row the last one ends the review; the others are remarks.
        arrayMap((e, later) -> if(e.3 = 'approved' AND later = 'approved', 'commented', e.3), events, arrayPushBack(arrayPopFront(verdict_from), '')) AS kinds,
        arrayFill(x -> x != '', arrayMap(k -> multiIf(k = 'created', if(began_as_draft, 'draft', 'ready'), k IN ('ready', 'draft'), k, ''), kinds)) AS drafts,
        arrayFill(x -> x != '', arrayMap(k -> multiIf(k = 'approved', 'approved', k IN ('changes_requested', 'dismissed'), 'open', ''), kinds)) AS verdicts,
        arrayFill(x -> x != '', arrayMap(k -> if(k IN ('draft', 'approved'), '', k), kinds)) AS last,
        arrayFill(x -> x != '', arrayMap(e -> if(e.3 = 'requested', e.5, ''), events)) AS asked,
        arrayFill(x -> x != '', arrayMap((e, k) -> if(k IN ('commented', 'approved', 'changes_requested'), e.4, ''), events, kinds)) AS reviewer,
        arrayReverseFill(x -> x != '', arrayMap((e, k) -> if(k IN ('commented', 'approved', 'changes_requested'), e.4, ''), events, kinds)) AS next_reviewer,
        arrayMap((draft, verdict, kind) -> multiIf(draft != 'ready', 'coding', verdict = 'approved', 'merge', kind = 'commented', 'review', kind = 'changes_requested', 'rework', 'pickup'), drafts, verdicts, last) AS states,
        arrayConcat(
            if(ifNull(p.first_commit < least(p.created, p.over), false), [(assumeNotNull(p.first_commit), least(p.created, p.over), 'coding', p.author)], []),
            arrayMap((e, end, state, who, review, next) -> (e.1, end, state, multiIf(state = 'review', review, state = 'pickup', if(who != '', who, next), p.author)),
                events, if(empty(events), [], arrayPushBack(arrayPopFront(arrayMap(e -> e.1, events)), p.over)), states, asked, reviewer, next_reviewer)) AS spans
    FROM pulls AS p
    LEFT JOIN told AS t ON p.repo = t.repo AND p.number = t.number
)
ARRAY JOIN spans AS span
WHERE span.1 < span.2;

INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
SELECT s.item, if(s.class = 'active', 0, 1), o.position, s.stage, s.class, s.reason,
    multiIf(o.owner != '' AND s.role = o.role, o.owner, a.team != '', a.team, t.team != '', t.team, s.role = o.role, o.usual_team, ''), s.role, s.start_ms, s.end_ms, 'pull request', 'pull_request', concat(s.repo, '#', toString(s.number))
FROM
(
    SELECT l.item AS item, p.repo AS repo, p.number AS number, p.start_ms AS start_ms, p.end_ms AS end_ms, p.account AS account,
        multiIf(p.state = 'coding', {coding_stage:String}, p.state = 'merge', 'merge', 'review') AS stage,
        if(p.state IN ('pickup', 'merge'), 'waiting', 'active') AS class,
        transform(p.state, ['coding', 'rework', 'merge'], ['working', 'rework', 'merge'], 'review') AS reason,
        if(p.state IN ('pickup', 'review'), 'review', 'development') AS role
    FROM {links:Identifier} AS l
    INNER JOIN {pull_spans:Identifier} AS p ON l.repo = p.repo AND l.number = p.number
) AS s
LEFT JOIN {stage_owners:Identifier} AS o ON s.stage = o.stage
LEFT JOIN {stream_people:Identifier} AS a ON s.account = a.account
LEFT JOIN (SELECT DISTINCT repo, team FROM {stream_repos:Identifier} WHERE team != '') AS t ON s.repo = t.repo;

-- A reviewer wants changes after the approval was given.
INSERT INTO {steps_back:Identifier} (item, at_ms, to_position, from_position, rule, record, record_id)
SELECT l.item, p.start_ms, o.review, o.merge, 'changes_requested', 'pull_request', concat(p.repo, '#', toString(p.number))
FROM
(
    SELECT repo, number, start_ms, state, lagInFrame(state) OVER (PARTITION BY repo, number ORDER BY start_ms ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before FROM {pull_spans:Identifier}
) AS p
INNER JOIN {links:Identifier} AS l ON l.repo = p.repo AND l.number = p.number
CROSS JOIN (SELECT anyIf(position, stage = 'review') AS review, anyIf(position, stage = 'merge') AS merge FROM {stage_owners:Identifier}) AS o
WHERE p.state = 'rework' AND p.before = 'merge';
