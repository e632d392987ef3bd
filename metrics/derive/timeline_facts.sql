-- The facts about a batch's items, from their timelines ({line}) and their steps back.
INSERT INTO {stream_intervals:Identifier} (stream, item, n, stage, position, class, reason, owner, team, role, start_at, end_at, working_ms, rule, record, record_id)
SELECT {stream:String}, item, n, stage, position, class, reason, owner, team, role, fromUnixTimestamp64Milli(start_ms, 'UTC'),
    if(end_ms = 9000000000000000, NULL, fromUnixTimestamp64Milli(end_ms, 'UTC')), working_ms, rule, record, record_id
FROM {line:Identifier};

INSERT INTO {stream_items:Identifier} (stream, item, kind, class, type, title, url, team, products, services, repos, changes, links, status, excluded, dropped, started_at, begun_at, done_at,
    stage, owner, since_at, lead_ms, active_ms, waiting_ms, lead_working_ms, active_working_ms, waiting_working_ms, spent, returns)
SELECT {stream:String}, i.item, i.kind, i.class, i.type, i.title, i.url, i.team, i.products, i.services, i.repos, i.changes, i.links,
    multiIf(i.excluded != '', 'excluded', i.t1 = 9000000000000000, 'open', 'done') AS state, i.excluded, i.dropped, fromUnixTimestamp64Milli(i.t0, 'UTC'),
    if(l.begun = 0, NULL, fromUnixTimestamp64Milli(l.begun, 'UTC')), if(i.t1 = 9000000000000000, NULL, fromUnixTimestamp64Milli(i.t1, 'UTC')),
    if(i.t1 = 9000000000000000, l.stage, ''), if(i.t1 = 9000000000000000, l.owner, ''), if(i.t1 = 9000000000000000 AND l.since != 0, fromUnixTimestamp64Milli(l.since, 'UTC'), NULL),
    if(i.t1 = 9000000000000000, NULL, i.t1 - i.t0), if(i.t1 = 9000000000000000, NULL, l.acting), if(i.t1 = 9000000000000000, NULL, i.t1 - i.t0 - l.acting),
    if(i.t1 = 9000000000000000 OR l.unclocked, NULL, l.working), if(i.t1 = 9000000000000000 OR l.unclocked, NULL, l.acting_working), if(i.t1 = 9000000000000000 OR l.unclocked, NULL, l.working - l.acting_working),
    p.spent, s.n
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
LEFT JOIN
(
    SELECT item, arraySort(groupArray((toString(reason), toString(class), ms, worked))) AS spent
    FROM (SELECT item, reason, class, sum(end_ms - start_ms) AS ms, sum(ifNull(working_ms, 0)) AS worked FROM {line:Identifier} WHERE end_ms < 9000000000000000 GROUP BY item, reason, class)
    GROUP BY item
) AS p ON i.item = p.item
LEFT JOIN (SELECT item, toUInt32(uniqExact(at_ms)) AS n FROM {steps_back:Identifier} GROUP BY item) AS s ON i.item = s.item;

-- What the rows about items repeat of them; with plain texts, because the engine joins lists of coded ones twenty times slower.
INSERT INTO {items_told:Identifier} (item, status, dropped, done_at, clocked, team, products, services, repos)
SELECT item, status, dropped, done_at, lead_working_ms IS NOT NULL, team, products, services, repos
FROM {stream_items:Identifier} WHERE stream = {stream:String} AND item IN (SELECT item FROM {item_rows:Identifier});

-- The stays in each stage. Of the stays in a stage before the item was sent back to it, or to before it, the last one ends
-- with an exit; also of those after the last time. The stage that sends back does not exit. An exit came back if the way
-- led from a later stage to this one or to before it. A visit on the way is never sent back.
INSERT INTO {stream_visits:Identifier} (stream, item, n, stage, position, side, owner, entered_at, left_at, process_ms, waiting_ms, process_working_ms, waiting_working_ms,
    stage_process_ms, stage_waiting_ms, stage_process_working_ms, stage_waiting_working_ms, forward, returned, returned_at, returned_from,
    return_rule, return_record, return_record_id, status, dropped, done_at, item_team, products, services, repos)
SELECT {stream:String}, v.item, v.n, v.name, v.position, v.side, v.owner, fromUnixTimestamp64Milli(v.entered, 'UTC'), if(v.left = 9000000000000000, NULL, fromUnixTimestamp64Milli(v.left, 'UTC')),
    v.process, v.waiting, if(v.unclocked, NULL, v.process_working), if(v.unclocked, NULL, v.waiting_working),
    if(v.again != 0, NULL, v.all_process), if(v.again != 0, NULL, v.all_waiting), if(v.again != 0 OR NOT i.clocked, NULL, v.all_process_working), if(v.again != 0 OR NOT i.clocked, NULL, v.all_waiting_working),
    v.forward, v.returned, if(v.returned, fromUnixTimestamp64Milli(v.step.1, 'UTC'), NULL), if(v.returned, v.step.7, ''), if(v.returned, v.step.4, ''), if(v.returned, v.step.5, ''), if(v.returned, v.step.6, ''),
    i.status, i.dropped, i.done_at, i.team, i.products, i.services, i.repos
FROM
(
    -- What a level names, the levels above it use: an expression that stood in several others would be planned as often.
    SELECT *, forward AND NOT side AND sent AND step.3 > position AS returned
    FROM
    (
        SELECT *, left < 9000000000000000 AND name != 'done' AND (side OR (again = 0 OR sent AND again >= step.1) AND NOT (sent AND step.3 = position)) AS forward
        FROM
        (
            SELECT *, step.1 != 0 AS sent
            FROM
            (
                SELECT s.item AS item, s.* EXCEPT item, o.side AS side, arrayFirst(x -> x.1 >= s.left AND x.2 <= s.position, b.list) AS step
                FROM
                (
            SELECT *,
                -- When it came to the stage again.
                leadInFrame(entered) OVER (PARTITION BY item, name ORDER BY n ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS again,
                sum(process) OVER of_stage AS all_process, sum(waiting) OVER of_stage AS all_waiting,
                sum(process_working) OVER of_stage AS all_process_working, sum(waiting_working) OVER of_stage AS all_waiting_working
            FROM
            (
                SELECT item, n, visit.1 AS name, visit.2 AS position, visit.3 AS owner, visit.4 AS entered, visit.5 AS left, visit.6 AS process, visit.7 AS waiting,
                    visit.8 AS process_working, visit.9 AS waiting_working, visit.10 AS unclocked
                FROM
                (
                    SELECT item, arraySort(groupArray((n, toString(stage), position, toString(owner), class = 'active', start_ms, end_ms, working_ms))) AS list,
                        arrayMap(x -> x.2, list) AS stages, arrayMap((now, before) -> now != before, stages, arrayPushFront(arrayPopBack(stages), '')) AS moved,
                        -- stage, position, the owner who had it longest, entered, left, process, waiting, both on the working clock, whether that is not known
                        arrayMap(g -> (g[1].2, g[1].3, arrayReverseSort(x -> x.7 - x.6, g)[1].4, g[1].6, g[-1].7,
                            arraySum(arrayMap(x -> if(x.5 AND x.7 < 9000000000000000, x.7 - x.6, 0), g)), arraySum(arrayMap(x -> if(NOT x.5 AND x.7 < 9000000000000000, x.7 - x.6, 0), g)),
                            arraySum(arrayMap(x -> if(x.5, ifNull(x.8, 0), 0), g)), arraySum(arrayMap(x -> if(NOT x.5, ifNull(x.8, 0), 0), g)),
                            arrayExists(x -> isNull(x.8) AND x.7 < 9000000000000000, g)), arraySplit((x, passed) -> passed, list, moved)) AS visits
                    FROM {line:Identifier}
                    GROUP BY item
                )
                ARRAY JOIN visits AS visit, arrayEnumerate(visits) AS n
            )
            WINDOW of_stage AS (PARTITION BY item, name)
                ) AS s
                LEFT JOIN (SELECT stage, side FROM {stage_owners:Identifier}) AS o ON s.name = o.stage
                LEFT JOIN
                (
                    -- With the stage that each step led from; of what was done there is none.
                    SELECT s.item AS item, arraySort(groupArray((s.at_ms, s.to_position, s.from_position, toString(s.rule), toString(s.record), s.record_id, f.stage))) AS list
                    FROM {steps_back:Identifier} AS s
                    LEFT ANY JOIN (SELECT position, stage FROM {stage_owners:Identifier} WHERE NOT side) AS f ON s.from_position = f.position
                    GROUP BY s.item
                ) AS b ON s.item = b.item
            )
        )
    )
) AS v
INNER JOIN {items_told:Identifier} AS i ON v.item = i.item;

-- From one group to another. The wait ends with the receiver's first activity, or when it passes the item on without any.
INSERT INTO {stream_handoffs:Identifier} (stream, item, n, at, from_owner, to_owner, from_team, to_team, from_role, to_role, from_stage, to_stage, reason, received_at, wait_ms, wait_working_ms, acted, `return`,
    status, done_at, clocked, item_team, products, services, repos)
SELECT {stream:String}, h.item, h.n, fromUnixTimestamp64Milli(h.it.1, 'UTC'), h.giver.3, h.it.3, h.giver.4, h.it.4, h.giver.5, h.it.5, h.giver.7, h.it.6, h.it.8,
    if(received = 9000000000000000, NULL, fromUnixTimestamp64Milli(received, 'UTC')), if(received = 9000000000000000, NULL, received - h.it.1), if(received = 9000000000000000 OR h.it.11, NULL, h.it.10), h.it.9 != 0,
    (h.item, h.it.12) IN (SELECT item, at_ms FROM {steps_back:Identifier}), i.status, i.done_at, i.clocked, i.team, i.products, i.services, i.repos
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
INNER JOIN {items_told:Identifier} AS i ON h.item = i.item
WHERE h.giver.3 != '' AND h.it.3 != '';
