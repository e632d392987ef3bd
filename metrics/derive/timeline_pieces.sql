-- From candidates to timelines: one after the other, without a gap.
--
-- Whose each candidate is, as it is shown: the team; the team in another role than its own; the role where no team is known.
-- And by which calendar that team works, however it is shown.
INSERT INTO {owned:Identifier} (item, rank, position, stage, class, reason, owner, team, role, calendar, start_ms, end_ms, rule, record, record_id)
SELECT c.item, c.rank, c.position, c.stage, c.class, c.reason,
    multiIf(c.team = '', c.role, t.role IN ('', 'development') AND c.role NOT IN ('', 'development', lower(c.team)), concat(if(t.shown = '', c.team, t.shown), ' · ', c.role), if(t.shown = '', c.team, t.shown)),
    if(t.shown = '', c.team, t.shown), c.role, k.calendar, c.start_ms, c.end_ms, c.rule, c.record, c.record_id
FROM {candidates:Identifier} AS c
LEFT JOIN {stream_teams:Identifier} AS t ON c.team = t.team
LEFT JOIN org_team_calendars AS k ON if(c.team IN (SELECT team FROM org_team_calendars), c.team, '') = k.team;

-- What candidates say, each once: few, however many candidates there are. The arrays below carry numbers only.
INSERT INTO {contents:Identifier} (content, stage, position, class, reason, owner, team, role, calendar, rule, record)
SELECT DISTINCT cityHash64(stage, position, class, reason, owner, team, role, calendar, rule, record), stage, position, class, reason, owner, team, role, calendar, rule, record FROM {owned:Identifier};

-- The timelines. Of what goes on at the same time: what is active comes before what waits, both before a ticket's status,
-- and that before waiting for a deployment; then the later stage, the later start, the id. Where something is in the way, the
-- item waits, whatever goes on. Time that nothing explains goes on in the stage before.
INSERT INTO {pieces:Identifier} (item, n, start_ms, end_ms, stage, position, class, reason, owner, team, role, calendar, rule, record, record_id)
SELECT p.item, p.n, p.start, p.end, if(p.in_stage = 0, {first_stage:String}, s.stage), if(p.in_stage = 0, {first_position:UInt16}, s.position),
    if(p.obstacle != '' OR p.said_by = 0, 'waiting', c.class), multiIf(p.obstacle != '', 'blocked', p.said_by = 0, 'unknown', c.reason),
    -- What another team's ticket blocks waits for that team.
    if(p.blocker != '' AND c.owner != '' AND c.team != p.blocker, p.blocker, o.owner), if(p.blocker != '' AND c.owner != '' AND c.team != p.blocker, p.blocker, o.team), o.role,
    if(p.blocker != '' AND c.owner != '' AND c.team != p.blocker, p.blocker_calendar, o.calendar),
    if(p.obstacle != '', p.obstacle, c.rule), if(p.obstacle != '', 'ticket', c.record), p.record_id
FROM
(
    SELECT item, n, piece.1 AS start, piece.2 AS end, piece.3 AS in_stage, piece.4 AS said_by, piece.5 AS owned_by, piece.6 AS obstacle, piece.7 AS record_id, piece.8 AS blocker, piece.9 AS blocker_calendar
    FROM
    (
        SELECT i.item AS item, i.t0 AS t0, i.t1 AS t1,
            arrayDistinct(arraySort(arrayFilter(p -> p > t0 AND p < t1, arrayConcat(c.starts, c.ends, b.starts, b.ends)))) AS points,
            arrayPushFront(points, t0) AS bounds,
            arrayMap(p -> arrayFirstIndex((s, e) -> s <= p AND e > p, c.starts, c.ends), bounds) AS found,
            arrayMap((f, k) -> if(f = 0, k, f), found, arrayFill(f -> f != 0, found)) AS staying,
            arrayMap(p -> arrayFirstIndex((s, e) -> s <= p AND e > p, b.starts, b.ends), bounds) AS stopped,
            -- Neighbours that say the same are one interval.
            arrayMap((f, k, x) -> if(x != 0, cityHash64(x, c.places[k], c.owners[f]), cityHash64(0, c.contents[f], c.names[f], c.places[k])), found, staying, stopped) AS said,
            arrayFilter((x, now, last) -> now != last, arrayZip(bounds, found, staying, stopped), said, arrayPushFront(arrayPopBack(said), said[1] + 1)) AS joined,
            -- Time that nobody owns goes to the next owner, or the last one.
            arrayFill(k -> k != 0, arrayReverseFill(k -> k != 0, arrayMap(x -> if(c.owned[x.2] != 0, x.2, 0), joined))) AS owners,
            arrayMap((x, next, k) -> (x.1, next, c.contents[x.3], c.contents[x.2], c.contents[k], b.rules[x.4], if(x.4 != 0, b.ids[x.4], c.ids[x.2]), b.teams[x.4], b.calendars[x.4]),
                joined, arrayPushBack(arrayPopFront(arrayMap(x -> x.1, joined)), t1), owners) AS line
        FROM {item_rows:Identifier} AS i
        LEFT JOIN
        (
            SELECT item, list.4 AS ids, list.5 AS starts, list.6 AS ends, list.7 AS contents, list.8 AS places, list.9 AS owners, list.10 AS owned, arrayMap(x -> cityHash64(x), ids) AS names
            FROM
            (
                SELECT item, arraySort(groupArray((rank, -toInt32(position), -start_ms, record_id, start_ms, end_ms, cityHash64(stage, position, class, reason, owner, team, role, calendar, rule, record),
                    cityHash64(stage, position), cityHash64(owner, team, role, calendar), toUInt8(owner != '')))) AS list
                FROM {owned:Identifier} GROUP BY item
            )
        ) AS c ON i.item = c.item
        LEFT JOIN
        (
            SELECT item, list.1 AS starts, list.2 AS ends, list.3 AS rules, list.4 AS ids, list.5 AS teams, list.6 AS calendars
            FROM (SELECT item, arraySort(groupArray((start_ms, end_ms, toString(rule), record_id, team, calendar))) AS list FROM {obstacles:Identifier} GROUP BY item)
        ) AS b ON i.item = b.item
    )
    ARRAY JOIN line AS piece, arrayEnumerate(line) AS n
    WHERE piece.1 < piece.2
) AS p
LEFT JOIN {contents:Identifier} AS s ON p.in_stage = s.content
LEFT JOIN {contents:Identifier} AS c ON p.said_by = c.content
LEFT JOIN {contents:Identifier} AS o ON p.owned_by = o.content;
