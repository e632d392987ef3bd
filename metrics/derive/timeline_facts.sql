-- The facts about a batch's items, from their timelines ({line}) and their steps back.
INSERT INTO {stream_intervals:Identifier} (stream, item, n, stage, position, class, reason, owner, team, role, start_at, end_at, working_ms, rule, record, record_id)
SELECT {stream:String}, item, n, stage, position, class, reason, owner, team, role, fromUnixTimestamp64Milli(start_ms, 'UTC'),
    if(end_ms = 9000000000000000, NULL, fromUnixTimestamp64Milli(end_ms, 'UTC')), working_ms, rule, record, record_id
FROM {line:Identifier};

INSERT INTO {stream_items:Identifier} (stream, item, kind, class, type, title, url, team, products, services, repos, changes, links, status, excluded, started_at, begun_at, done_at,
    stage, owner, since_at, lead_ms, active_ms, waiting_ms, lead_working_ms, active_working_ms, waiting_working_ms, returns)
SELECT {stream:String}, i.item, i.kind, i.class, i.type, i.title, i.url, i.team, i.products, i.services, i.repos, i.changes, i.links,
    multiIf(i.excluded != '', 'excluded', i.t1 = 9000000000000000, 'open', 'done') AS state, i.excluded, fromUnixTimestamp64Milli(i.t0, 'UTC'),
    if(l.begun = 0, NULL, fromUnixTimestamp64Milli(l.begun, 'UTC')), if(i.t1 = 9000000000000000, NULL, fromUnixTimestamp64Milli(i.t1, 'UTC')),
    if(i.t1 = 9000000000000000, l.stage, ''), if(i.t1 = 9000000000000000, l.owner, ''), if(i.t1 = 9000000000000000 AND l.since != 0, fromUnixTimestamp64Milli(l.since, 'UTC'), NULL),
    if(i.t1 = 9000000000000000, NULL, i.t1 - i.t0), if(i.t1 = 9000000000000000, NULL, l.acting), if(i.t1 = 9000000000000000, NULL, i.t1 - i.t0 - l.acting),
    if(i.t1 = 9000000000000000 OR l.unclocked, NULL, l.working), if(i.t1 = 9000000000000000 OR l.unclocked, NULL, l.acting_working), if(i.t1 = 9000000000000000 OR l.unclocked, NULL, l.working - l.acting_working),
    s.n
FROM {item_rows:Identifier} AS i
LEFT JOIN
(
    SELECT x.item AS item, minIf(x.start_ms, NOT x.queue AND x.stage != 'done') AS begun, argMax(x.stage, x.n) AS stage, argMax(x.owner, x.n) AS owner, sumIf(x.end_ms - x.start_ms, x.class = 'active' AND x.end_ms < 9000000000000000) AS acting,
        sum(ifNull(x.working_ms, 0)) AS working, sumIf(ifNull(x.working_ms, 0), x.class = 'active') AS acting_working, max(isNull(x.working_ms)) AS unclocked, max(if(x.moved, x.start_ms, 0)) AS since
    FROM
    (
        SELECT l.item AS item, l.n AS n, l.stage AS stage, l.owner AS owner, l.class AS class, l.start_ms AS start_ms, l.end_ms AS end_ms, l.working_ms AS working_ms, o.queue AS queue,
            l.stage != lagInFrame(l.stage, 1, '') OVER (PARTITION BY l.item ORDER BY l.n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS moved
        FROM (SELECT item, n, toString(stage) AS stage, owner, class, start_ms, end_ms, working_ms FROM {line:Identifier}) AS l
        LEFT JOIN {stage_owners:Identifier} AS o ON l.stage = o.stage
    ) AS x
    GROUP BY item
) AS l ON i.item = l.item
LEFT JOIN (SELECT item, toUInt32(uniqExact(at_ms)) AS n FROM {steps_back:Identifier} GROUP BY item) AS s ON i.item = s.item;

-- The stays in each stage. Of the stays in a stage before the item was sent back to it, or to before it, the last one ends
-- with an exit; also of those after the last time. The stage that sends back does not exit. An exit came back if the way
-- led from a later stage to this one or to before it. A visit on the way is never sent back.
INSERT INTO {stream_visits:Identifier} (stream, item, n, stage, position, side, owner, entered_at, left_at, process_ms, waiting_ms, process_working_ms, waiting_working_ms, forward, returned, returned_at,
    return_rule, return_record, return_record_id, status, done_at, item_team, products, services, repos)
SELECT {stream:String}, v.item, v.n, v.stage, v.position, v.side, v.owner, fromUnixTimestamp64Milli(v.entered, 'UTC'), if(v.left = 9000000000000000, NULL, fromUnixTimestamp64Milli(v.left, 'UTC')),
    v.acting, v.idle, v.acting_working, v.idle_working,
    v.left < 9000000000000000 AND v.stage != 'done' AND (v.side OR ends_stay AND NOT (sent AND step.3 = v.position)) AS forward,
    forward AND NOT v.side AND sent AND step.3 > v.position AS returned,
    if(returned, fromUnixTimestamp64Milli(step.1, 'UTC'), NULL), if(returned, step.4, ''), if(returned, step.5, ''), if(returned, step.6, ''),
    i.status, i.done_at, i.team, i.products, i.services, i.repos
FROM
(
    SELECT *, arrayFirst(x -> x.1 >= left AND x.2 <= position, b.list) AS step, step.1 != 0 AS sent,
        NOT arrayExists((at, of) -> of = stage AND at >= left AND (NOT sent OR at < step.1), enters, stages_of) AS ends_stay
    FROM
    (
        SELECT item, n, stage, position, side, owner, entered, left, acting, idle, acting_working, idle_working,
            groupArray(entered) OVER whole AS enters, groupArray(stage) OVER whole AS stages_of
        FROM
        (
            SELECT x.item AS item, x.visit AS n, any(x.stage) AS stage, any(x.position) AS position, any(x.side) AS side, argMax(toString(x.owner), x.n) AS owner, min(x.start_ms) AS entered, max(x.end_ms) AS left,
                sumIf(x.end_ms - x.start_ms, x.class = 'active' AND x.end_ms < 9000000000000000) AS acting, sumIf(x.end_ms - x.start_ms, x.class != 'active' AND x.end_ms < 9000000000000000) AS idle,
                max(isNull(x.working_ms) AND x.end_ms < 9000000000000000) AS unclocked,
                if(unclocked, NULL, sumIf(ifNull(x.working_ms, 0), x.class = 'active')) AS acting_working, if(unclocked, NULL, sumIf(ifNull(x.working_ms, 0), x.class != 'active')) AS idle_working
            FROM
            (
                SELECT item, line.n AS n, stage, position, side, owner, class, start_ms, end_ms, working_ms, toUInt32(sum(moved) OVER (PARTITION BY item ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS visit
                FROM
                (
                    SELECT l.item AS item, l.n AS n, l.stage AS stage, l.position AS position, o.side AS side, l.owner AS owner, l.class AS class, l.start_ms AS start_ms, l.end_ms AS end_ms, l.working_ms AS working_ms,
                        l.stage != lagInFrame(l.stage, 1, '') OVER (PARTITION BY l.item ORDER BY l.n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS moved
                    FROM (SELECT item, n, toString(stage) AS stage, position, owner, class, start_ms, end_ms, working_ms FROM {line:Identifier}) AS l
                    LEFT JOIN {stage_owners:Identifier} AS o ON l.stage = o.stage
                ) AS line
            ) AS x
            GROUP BY item, visit
        )
        WINDOW whole AS (PARTITION BY item ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ) AS s
    LEFT JOIN
    (
        SELECT item, arraySort(groupArray((at_ms, to_position, from_position, toString(rule), toString(record), record_id))) AS list FROM {steps_back:Identifier} GROUP BY item
    ) AS b ON s.item = b.item
) AS v
INNER JOIN (SELECT item, status, done_at, team, products, services, repos FROM {stream_items:Identifier} WHERE stream = {stream:String} AND item IN (SELECT item FROM {item_rows:Identifier})) AS i ON v.item = i.item;

-- From one group to another. The wait ends with the receiver's first activity, or when it passes the item on without any.
INSERT INTO {stream_handoffs:Identifier} (stream, item, n, at, from_owner, to_owner, from_team, to_team, from_role, to_role, from_stage, to_stage, reason, received_at, wait_ms, wait_working_ms, acted, `return`,
    status, done_at, item_team, products, services, repos)
SELECT {stream:String}, h.item, toUInt32(row_number() OVER (PARTITION BY h.item ORDER BY h.at)), fromUnixTimestamp64Milli(h.at, 'UTC'), h.from_owner, h.to_owner, h.from_team, h.to_team, h.from_role, h.to_role, h.from_stage, h.to_stage, h.reason,
    if(h.received = 9000000000000000, NULL, fromUnixTimestamp64Milli(h.received, 'UTC')), if(h.received = 9000000000000000, NULL, h.received - h.at), if(h.received = 9000000000000000, NULL, h.wait_working), h.acted,
    (h.item, h.at) IN (SELECT item, at_ms FROM {steps_back:Identifier}), i.status, i.done_at, i.team, i.products, i.services, i.repos
FROM
(
    SELECT item, turn, at, owner AS to_owner, team AS to_team, role AS to_role, stage AS to_stage, reason, acted, if(acted, acts, over) AS received, wait_working,
        lagInFrame(owner, 1, '') OVER w AS from_owner, lagInFrame(team, 1, '') OVER w AS from_team, lagInFrame(role, 1, '') OVER w AS from_role, lagInFrame(last_stage, 1, '') OVER w AS from_stage
    FROM
    (
        SELECT x.item AS item, x.turn AS turn, min(x.start_ms) AS at, max(x.end_ms) AS over, any(toString(x.owner)) AS owner, argMin(toString(x.team), x.n) AS team, argMin(toString(x.role), x.n) AS role,
            argMin(toString(x.stage), x.n) AS stage, argMax(toString(x.stage), x.n) AS last_stage, argMin(toString(x.reason), x.n) AS reason, max(x.class = 'active') AS acted, minIf(x.start_ms, x.class = 'active') AS acts,
            -- What it waited on the working clock: of the intervals before its first activity.
            if(max(isNull(x.working_ms) AND x.n < x.first_act), NULL, sumIf(ifNull(x.working_ms, 0), x.n < x.first_act)) AS wait_working
        FROM
        (
            SELECT *, minIf(n, class = 'active') OVER (PARTITION BY item, turn) AS first_active, if(first_active = 0, 4294967295, first_active) AS first_act
            FROM
            (
                SELECT *, toUInt32(sum(passed) OVER (PARTITION BY item ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS turn
                FROM
                (
                    SELECT item, n, stage, owner, team, role, class, reason, start_ms, end_ms, working_ms,
                        toString(owner) != lagInFrame(toString(owner), 1, '') OVER (PARTITION BY item ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS passed
                    FROM {line:Identifier}
                )
            )
        ) AS x
        GROUP BY item, turn
    )
    WINDOW w AS (PARTITION BY item ORDER BY turn ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
) AS h
INNER JOIN (SELECT item, status, done_at, team, products, services, repos FROM {stream_items:Identifier} WHERE stream = {stream:String} AND item IN (SELECT item FROM {item_rows:Identifier})) AS i ON h.item = i.item
WHERE h.from_owner != '' AND h.to_owner != '';
