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
SELECT {stream:String}, v.item, v.n, v.visit.1, v.visit.2, o.side, v.visit.3, fromUnixTimestamp64Milli(v.visit.4, 'UTC'), if(v.visit.5 = 9000000000000000, NULL, fromUnixTimestamp64Milli(v.visit.5, 'UTC')),
    v.visit.6, v.visit.7, if(v.visit.10, NULL, v.visit.8), if(v.visit.10, NULL, v.visit.9),
    v.visit.5 < 9000000000000000 AND v.visit.1 != 'done' AND (o.side OR (v.again = 0 OR sent AND v.again >= v.step.1) AND NOT (sent AND v.step.3 = v.visit.2)) AS forward,
    forward AND NOT o.side AND sent AND v.step.3 > v.visit.2 AS returned,
    if(returned, fromUnixTimestamp64Milli(v.step.1, 'UTC'), NULL), if(returned, v.step.4, ''), if(returned, v.step.5, ''), if(returned, v.step.6, ''),
    i.status, i.done_at, i.team, i.products, i.services, i.repos
FROM
(
    SELECT item, visit, n, step, again, step.1 != 0 AS sent
    FROM
    (
        SELECT l.item AS item,
            -- stage, position, the owner who had it longest, entered, left, process, waiting, both on the working clock, whether that is not known
            arrayMap(g -> (g[1].2, g[1].3, arrayReverseSort(x -> x.7 - x.6, g)[1].4, g[1].6, g[-1].7,
                arraySum(arrayMap(x -> if(x.5 AND x.7 < 9000000000000000, x.7 - x.6, 0), g)), arraySum(arrayMap(x -> if(NOT x.5 AND x.7 < 9000000000000000, x.7 - x.6, 0), g)),
                arraySum(arrayMap(x -> if(x.5, ifNull(x.8, 0), 0), g)), arraySum(arrayMap(x -> if(NOT x.5, ifNull(x.8, 0), 0), g)),
                arrayExists(x -> isNull(x.8) AND x.7 < 9000000000000000, g)), arraySplit((x, moved) -> moved, l.list, l.moved)) AS visits,
            arrayMap(x -> x.4, visits) AS entered, arrayMap(x -> cityHash64(x.1), visits) AS named,
            arrayMap((x, name) -> arrayFirst((at, of) -> of = name AND at >= x.5, entered, named), visits, named) AS again_at,
            arrayMap(x -> arrayFirst(s -> s.1 >= x.5 AND s.2 <= x.2, b.list), visits) AS steps
        FROM
        (
            SELECT item, arraySort(groupArray((n, toString(stage), position, toString(owner), class = 'active', start_ms, end_ms, working_ms))) AS list,
                arrayMap(x -> x.2, list) AS stages, arrayMap((now, before) -> now != before, stages, arrayPushFront(arrayPopBack(stages), '')) AS moved
            FROM {line:Identifier}
            GROUP BY item
        ) AS l
        LEFT JOIN
        (
            SELECT item, arraySort(groupArray((at_ms, to_position, from_position, toString(rule), toString(record), record_id))) AS list FROM {steps_back:Identifier} GROUP BY item
        ) AS b ON l.item = b.item
    )
    ARRAY JOIN visits AS visit, arrayEnumerate(visits) AS n, steps AS step, again_at AS again
) AS v
LEFT JOIN {stage_owners:Identifier} AS o ON v.visit.1 = o.stage
INNER JOIN (SELECT item, status, done_at, team, products, services, repos FROM {stream_items:Identifier} WHERE stream = {stream:String} AND item IN (SELECT item FROM {item_rows:Identifier})) AS i ON v.item = i.item;

-- From one group to another. The wait ends with the receiver's first activity, or when it passes the item on without any.
INSERT INTO {stream_handoffs:Identifier} (stream, item, n, at, from_owner, to_owner, from_team, to_team, from_role, to_role, from_stage, to_stage, reason, received_at, wait_ms, wait_working_ms, acted, `return`,
    status, done_at, item_team, products, services, repos)
SELECT {stream:String}, h.item, h.n, fromUnixTimestamp64Milli(h.it.1, 'UTC'), h.giver.3, h.it.3, h.giver.4, h.it.4, h.giver.5, h.it.5, h.giver.7, h.it.6, h.it.8,
    if(received = 9000000000000000, NULL, fromUnixTimestamp64Milli(received, 'UTC')), if(received = 9000000000000000, NULL, received - h.it.1), if(received = 9000000000000000 OR h.it.11, NULL, h.it.10), h.it.9 != 0,
    (h.item, h.it.12) IN (SELECT item, at_ms FROM {steps_back:Identifier}), i.status, i.done_at, i.team, i.products, i.services, i.repos
FROM
(
    SELECT item, n, giver, it, if(it.9 != 0, it.9, it.2) AS received
    FROM
    (
        SELECT item,
            -- start, end, owner, team, role, first stage, last stage, first reason, first activity (0: none), working time before that, whether that is not known, when it was there again
            arrayMap(g -> (g[1].2, g[-1].3, g[1].4, g[1].5, g[1].6, g[1].7, g[-1].7, g[1].8, arrayFirst(x -> x.9, g).2,
                arraySum(x -> ifNull(x.10, 0), arraySlice(g, 1, if(arrayFirstIndex(x -> x.9, g) = 0, toInt64(length(g)), toInt64(arrayFirstIndex(x -> x.9, g)) - 1))), arrayExists(x -> isNull(x.10), arraySlice(g, 1, if(arrayFirstIndex(x -> x.9, g) = 0, toInt64(length(g)), toInt64(arrayFirstIndex(x -> x.9, g)) - 1))),
                -- What was reopened comes back when it is, not when it was called done.
                arrayFirst(x -> x.7 != 'done', g).2), arraySplit((x, passed) -> passed, list, passed)) AS turns
        FROM
        (
            SELECT item, arraySort(groupArray((n, start_ms, end_ms, toString(owner), toString(team), toString(role), toString(stage), toString(reason), class = 'active', working_ms))) AS list,
                arrayMap(x -> x.4, list) AS owners, arrayMap((now, before) -> now != before, owners, arrayPushFront(arrayPopBack(owners), '')) AS passed
            FROM {line:Identifier}
            GROUP BY item
        )
    )
    ARRAY JOIN arrayPopBack(turns) AS giver, arrayPopFront(turns) AS it, arrayEnumerate(arrayPopFront(turns)) AS n
) AS h
INNER JOIN (SELECT item, status, done_at, team, products, services, repos FROM {stream_items:Identifier} WHERE stream = {stream:String} AND item IN (SELECT item FROM {item_rows:Identifier})) AS i ON h.item = i.item
WHERE h.giver.3 != '' AND h.it.3 != '';
