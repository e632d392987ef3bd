-- What was going on with the tickets of a batch ({scope_tickets}) in the stream {stream}: their statuses with whoever had
-- them, when they were flagged, where they end, and where they went back. Reads tickets, transitions, ticket_links.
-- Moments are milliseconds of UTC; 9000000000000000 stands for "not yet".

-- The history of each ticket as arrays, one entry for each moment at which its status, its team, its assignee or its flag
-- changed; the first is its creation. Of the same moment the shorter id is the earlier one: trackers count.
INSERT INTO {ticket_rows:Identifier} (key, created, starts, ends, ids, statuses, teams, assignees, flags, done, first_team, resolution)
WITH
    history AS
    (
        SELECT ticket, arraySort(e -> (e.1, length(e.2), e.2), groupArray((toUnixTimestamp64Milli(at), id, toString(field), `from`, `to`))) AS list
        FROM transitions FINAL
        WHERE ticket IN (SELECT key FROM {scope_tickets:Identifier}) AND field IN ('status', 'team', 'assignee', 'flagged', 'resolution')
        GROUP BY ticket
    )
SELECT key, created, starts, arrayPushBack(arrayPopFront(starts), 9000000000000000),
    arrayMap(e -> e.2, events), named, arrayMap(x -> ifNull(x, ''), arrayFill(x -> isNotNull(x), arrayMap(e -> e.4, events))),
    arrayMap(x -> ifNull(x, ''), arrayFill(x -> isNotNull(x), arrayMap(e -> e.5, events))),
    arrayMap(x -> ifNull(x, '') != '', arrayFill(x -> isNotNull(x), arrayMap(e -> e.6, events))),
    -- The last run of statuses that mean the end begins where it was done.
    if(last_open < length(named), toNullable(starts[last_open + 1]), NULL),
    arrayFirst(x -> x != '', arrayMap(e -> ifNull(e.4, ''), events)),
    resolution
FROM
(
    SELECT t.key AS key, toUnixTimestamp64Milli(t.created_at) AS created,
        arrayFilter(e -> e.3 = 'status', h.list) AS moves,
        arrayFilter(e -> e.3 = 'team', h.list) AS handed,
        arrayFilter(e -> e.3 = 'assignee', h.list) AS assigned,
        -- A tracker may tell the present only, or lose the last steps: then it is done since it was resolved, and what was
        -- before is what is known of it.
        has({done:Array(String)}, t.status) AND isNotNull(t.resolved_at) AND (empty(moves) OR NOT has({done:Array(String)}, moves[-1].5)) AS told_only,
        arrayConcat(
            [(created, '', toNullable(if(notEmpty(moves), moves[1].4, if(told_only, '', toString(t.status)))), toNullable(if(empty(handed), toString(t.team), handed[1].4)),
                toNullable(if(empty(assigned), toString(t.assignee), assigned[1].4)), toNullable(''))],
            if(told_only, [(toUnixTimestamp64Milli(assumeNotNull(t.resolved_at)), repeat('~', 64), toNullable(toString(t.status)), CAST(NULL, 'Nullable(String)'), CAST(NULL, 'Nullable(String)'), CAST(NULL, 'Nullable(String)'))], []),
            arrayMap(e -> (greatest(e.1, created), e.2, if(e.3 = 'status', toNullable(e.5), NULL), if(e.3 = 'team', toNullable(e.5), NULL),
                if(e.3 = 'assignee', toNullable(e.5), NULL), if(e.3 = 'flagged', toNullable(e.5), NULL)), arrayFilter(e -> e.3 != 'resolution', h.list))) AS unordered,
        arraySort(e -> (e.1, length(e.2), e.2), unordered) AS events,
        arrayMap(e -> e.1, events) AS starts,
        arrayMap(x -> ifNull(x, ''), arrayFill(x -> isNotNull(x), arrayMap(e -> e.3, events))) AS named,
        arrayLastIndex(x -> NOT has({done:Array(String)}, x), named) AS last_open,
        arrayLast(e -> e.3 = 'resolution', h.list).5 AS resolution
    FROM (SELECT key, created_at, status, team, assignee, resolved_at FROM tickets FINAL WHERE key IN (SELECT key FROM {scope_tickets:Identifier})) AS t
    LEFT JOIN history AS h ON t.key = h.ticket
);

-- The time in each status. A status that says nothing of the stage (blocked) goes on in the stage before. What was called
-- done and came back waits, in no stage of the work.
INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
SELECT key, if(at_end, 5, 2), if(at_end, {done_position:UInt16}, p.position), if(at_end, 'done', p.stage), if(at_end, 'waiting', m.class), if(at_end, 'reopened', m.reason),
    multiIf(at_end OR p.queue, '', p.owner != '', p.owner,
        -- The assignee's team where it has the role of the stage; else the only team that has it, whatever team or assignee the
        -- ticket still names. A visit is to whom it is named after.
        a.team != '' AND a.role = p.role, a.team, p.usual_team != '', p.usual_team, p.side AND lower(r.team) != p.role, '',
        r.team != '', r.team, a.team != '', a.team, p.usual_team), if(at_end OR p.queue, '', p.role),
    start, end, 'status', 'ticket', key
FROM
(
    SELECT key, span.1 AS start, span.2 AS end, span.3 AS status, span.4 AS team, lower(span.5) AS assignee,
        span.6 AS stage, has({done:Array(String)}, span.3) AS at_end
    FROM
    (
        SELECT key, arrayZip(starts, arrayMap(e -> if(isNotNull(done) AND e > assumeNotNull(done), assumeNotNull(done), e), ends), statuses, teams, assignees,
            arrayMap(x -> if(x = '', {first_stage:String}, x), arrayFill(x -> x != '', arrayMap(x -> transform(x, {names:Array(String)}, {stages:Array(String)}, {first_stage:String}), statuses)))) AS spans
        FROM {ticket_rows:Identifier}
    )
    ARRAY JOIN spans AS span
    WHERE span.1 < span.2
) AS r
LEFT JOIN (SELECT status, class, reason FROM {stream_statuses:Identifier} WHERE stream = {stream:String} UNION ALL SELECT '', 'waiting', 'unknown') AS m ON r.status = m.status
LEFT JOIN {stage_owners:Identifier} AS p ON r.stage = p.stage
LEFT JOIN (SELECT p.account AS account, toString(p.team) AS team, toString(t.role) AS role FROM {stream_people:Identifier} AS p LEFT JOIN {stream_teams:Identifier} AS t ON p.team = t.team) AS a ON r.assignee = a.account;

-- When something was in the way: the ticket was flagged, its status says so, or another ticket that blocks it was not done.
INSERT INTO {obstacles:Identifier} (item, start_ms, end_ms, rule, record_id, team, calendar)
SELECT key, span.1, span.2, if(span.3, 'flag', 'status'), key, '', ''
FROM
(
    SELECT key, arrayZip(starts, ends, flags, arrayMap(x -> has({blocked:Array(String)}, x), statuses)) AS spans FROM {ticket_rows:Identifier}
)
ARRAY JOIN spans AS span
WHERE (span.3 OR span.4) AND span.1 < span.2;

INSERT INTO {obstacles:Identifier} (item, start_ms, end_ms, rule, record_id, team, calendar)
WITH
    links AS
    (
        SELECT DISTINCT item, blocker, toUnixTimestamp64Milli(assumeNotNull(since)) AS since
        FROM
        (
            SELECT ticket AS item, target AS blocker, since FROM ticket_links FINAL WHERE kind = 'is_blocked_by' AND ticket IN (SELECT key FROM {scope_tickets:Identifier})
            UNION ALL
            SELECT target, ticket, since FROM ticket_links FINAL WHERE kind = 'blocks' AND target IN (SELECT key FROM {scope_tickets:Identifier})
        )
        WHERE isNotNull(since)
    )
SELECT l.item, l.since, if(isNotNull(b.resolved_at), toUnixTimestamp64Milli(assumeNotNull(b.resolved_at)), if(has({done:Array(String)}, b.status), greatest(l.since, m.moved), 9000000000000000)) AS until, 'link', l.blocker, if(t.shown != '', t.shown, b.team), k.calendar
FROM links AS l
INNER JOIN (SELECT key, status, team, resolved_at FROM tickets FINAL WHERE key IN (SELECT blocker FROM links)) AS b ON l.blocker = b.key
-- Not every tracker says when something was resolved: then it was done when its status changed last.
LEFT JOIN (SELECT ticket, toUnixTimestamp64Milli(max(at)) AS moved FROM transitions FINAL WHERE field = 'status' AND ticket IN (SELECT blocker FROM links) GROUP BY ticket) AS m ON l.blocker = m.ticket
LEFT JOIN {stream_teams:Identifier} AS t ON b.team = t.team
LEFT JOIN org_team_calendars AS k ON if(b.team IN (SELECT team FROM org_team_calendars), b.team, '') = k.team
WHERE l.since < until;

-- Steps back: to the status of an earlier stage, and from the end. What goes back from one queue to another was not worked on.
INSERT INTO {steps_back:Identifier} (item, at_ms, to_position, from_position, rule, record, record_id)
SELECT key, step.1, step.2, step.3, if(step.3 = {done_position:UInt16}, 'reopened', 'status'), 'transition', concat(key, '/', step.4)
FROM
(
    SELECT key,
        -- A visit, and a status that says nothing of the stage, stand where the ticket came from.
        arrayMap(x -> toUInt16(transform(x, {names:Array(String)}, {positions:Array(String)}, '0')), statuses) AS own,
        arrayFill(x -> x != 0, own) AS places,
        arrayFilter(s -> s.2 < s.3 AND s.2 != 0 AND NOT has({queues:Array(String)}, toString(s.3)), arrayZip(arrayPopFront(starts), arrayPopFront(places), arrayPopBack(places), arrayPopFront(ids))) AS steps
    FROM {ticket_rows:Identifier}
)
ARRAY JOIN steps AS step;
