-- The items of a batch: where each begins and ends, and what it is. 9000000000000000: it is still open.
INSERT INTO {item_rows:Identifier} (item, kind, class, type, title, url, team, products, services, repos, changes, links, excluded, t0, t1)
WITH
    linked AS
    (
        SELECT item, arraySort(groupUniqArray(toString(repo))) AS repos, arraySort(groupUniqArray(change)) AS changes, arraySort(groupUniqArray((change, toString(rule)))) AS links, min(begun) AS begun, max(merged) AS merged
        FROM {links:Identifier} GROUP BY item
    ),
    shipped AS
    (
        SELECT l.item AS item, arraySort(groupUniqArray(toString(d.service))) AS services, arraySort(groupUniqArrayArray(arrayMap(p -> toString(p), d.products))) AS products,
            minIf(toString(d.team), d.team != '') AS team, max(d.status = 'waiting') AS waits, maxIf(toUnixTimestamp64Milli(assumeNotNull(d.finished_at)), d.status = 'delivered' AND isNotNull(d.finished_at)) AS finished,
            countIf(d.status IN ('delivered', 'waiting')) AS counted, anyIf(toString(d.excluded), d.status = 'excluded') AS excluded, countIf(d.status = 'baseline') AS baseline
        FROM {links:Identifier} AS l
        INNER JOIN (SELECT toString(repo) AS repo, change, service, products, team, status, finished_at, deliveries.excluded AS excluded FROM {deliveries:Identifier} AS deliveries WHERE environment = '' AND (repo, change) IN (SELECT repo, change FROM {links:Identifier})) AS d
            ON l.repo = d.repo AND l.change = d.change
        GROUP BY item
    ),
    work AS (SELECT item, min(start_ms) AS begun FROM {candidates:Identifier} GROUP BY item),
    -- Where no change says which products a team's ticket is for: those of the team's services.
    team_products AS (SELECT toString(team) AS team, arraySort(groupUniqArrayArray(arrayMap(p -> toString(p), products))) AS products FROM org_services WHERE team != '' GROUP BY team)
SELECT i.item, i.kind, i.class, i.type, i.title, i.url, if(t.shown != '', t.shown, i.of_team), if(empty(i.products), p.products, i.products), i.services, i.repos, i.changes, i.links,
    multiIf(i.left_out != '', i.left_out, i.t1 <= i.t0, 'it was done as soon as it was known', ''), i.t0, greatest(i.t0, i.t1)
FROM
(
    SELECT r.key AS item, 'ticket' AS kind, toString(k.class) AS class, toString(k.type) AS type, k.title AS title, k.url AS url,
        multiIf(r.first_team != '', r.first_team, s.team != '', s.team, arrayFirst(x -> x != '', arrayMap(x -> transform(x, {accounts:Array(String)}, {account_teams:Array(String)}, ''), arrayMap(x -> lower(x), r.assignees)))) AS of_team,
        s.products AS products, s.services AS services, l.repos AS repos, l.changes AS changes, l.links AS links,
        multiIf(match(lower(k.type), '^(epic|initiative|theme|saga|epik|épopée|长篇故事|エピック)$'), 'it is an epic: the tickets in it are counted',
            isNotNull(r.done) AND match(lower(r.resolution), '^(won.?t (do|fix)|declined|duplicate|cannot reproduce|can.?t reproduce|invalid|cancel+ed|abandoned|rejected|obsolete|not a bug|incomplete|暂不修改|无效的?)$'), concat('it was closed without being done: ', r.resolution),
            '') AS left_out,
        least(r.created, if(w.begun = 0, r.created, w.begun)) AS t0,
        if(isNull(r.done) OR s.waits, 9000000000000000, greatest(assumeNotNull(r.done), ifNull(l.merged, 0), s.finished)) AS t1
    FROM {ticket_rows:Identifier} AS r
    INNER JOIN (SELECT key, class, type, title, url FROM tickets FINAL WHERE key IN (SELECT key FROM {scope_tickets:Identifier})) AS k ON r.key = k.key
    LEFT JOIN linked AS l ON r.key = l.item
    LEFT JOIN shipped AS s ON r.key = s.item
    LEFT JOIN work AS w ON r.key = w.item
    UNION ALL
    SELECT l.item, 'change', if(c.revert OR c.hotfix OR c.urgent, 'defect', ''), '', if(c.title = '', p.title, c.title), if(c.url = '', p.url, c.url),
        if(s.team != '', s.team, transform(lower(if(c.author = '', p.author, c.author)), {accounts:Array(String)}, {account_teams:Array(String)}, '')), s.products, s.services, l.repos, l.changes, [],
        multiIf(c.excluded != '', c.excluded, s.counted = 0 AND s.excluded != '', s.excluded, s.counted = 0 AND s.baseline > 0, 'baseline: already in the first known production deployment', ''),
        l.begun, multiIf(isNull(l.merged) AND p.closed, l.begun, isNull(l.merged) OR s.waits, 9000000000000000, greatest(assumeNotNull(l.merged), s.finished))
    FROM linked AS l
    LEFT JOIN (SELECT id, title, url, toString(author) AS author, toString(changes.excluded) AS excluded, revert, hotfix, urgent FROM {changes:Identifier} AS changes WHERE (repo, id) IN (SELECT repo, change FROM {links:Identifier})) AS c ON l.item = c.id
    LEFT JOIN
    (
        SELECT concat(repo, '#', toString(number)) AS id, title, url, toString(author) AS author, isNotNull(closed_at) AS closed FROM pull_requests FINAL
        WHERE isNull(merged_at) AND (repo, number) IN (SELECT repo, assumeNotNull(number) FROM {links:Identifier} WHERE isNotNull(number))
    ) AS p ON l.item = p.id
    LEFT JOIN shipped AS s ON l.item = s.item
    WHERE l.item NOT IN (SELECT key FROM {ticket_rows:Identifier})
) AS i
LEFT JOIN {stream_teams:Identifier} AS t ON i.of_team = t.team
LEFT JOIN team_products AS p ON i.of_team = p.team;

-- Whose each candidate is, as it is shown: the team; the team in another role than its own; the role where no team is known.
INSERT INTO {owned:Identifier} (item, rank, position, stage, class, reason, owner, team, role, start_ms, end_ms, rule, record, record_id)
SELECT c.item, c.rank, c.position, c.stage, c.class, c.reason,
    multiIf(c.team = '', c.role, t.role IN ('', 'development') AND c.role NOT IN ('', 'development'), concat(if(t.shown = '', c.team, t.shown), ' · ', c.role), if(t.shown = '', c.team, t.shown)),
    if(t.shown = '', c.team, t.shown), c.role, c.start_ms, c.end_ms, c.rule, c.record, c.record_id
FROM {candidates:Identifier} AS c
LEFT JOIN {stream_teams:Identifier} AS t ON c.team = t.team;

-- The timelines. Of what goes on at the same time: what is active comes before what waits, both before a ticket's status,
-- and that before waiting for a deployment; then the later stage, the later start, the id. Where something is in the way, the
-- item waits, whatever goes on. Time that nothing explains goes on in the stage before.
INSERT INTO {pieces:Identifier} (item, n, start_ms, end_ms, stage, position, class, reason, owner, team, role, rule, record, record_id)
SELECT item, n, piece.1, piece.2, piece.3, piece.4, piece.5, piece.6, piece.7, piece.8, piece.9, piece.10, piece.11, piece.12
FROM
(
    SELECT i.item AS item, i.t0 AS t0, i.t1 AS t1, c.list AS list,
        arrayMap(x -> x.4, list) AS c_starts, arrayMap(x -> x.5, list) AS c_ends, o.starts AS o_starts, o.ends AS o_ends,
        arrayDistinct(arraySort(arrayFilter(p -> p > t0 AND p < t1, arrayConcat(c_starts, c_ends, o_starts, o_ends)))) AS points,
        arrayPushFront(points, t0) AS bounds,
        arrayMap(p -> arrayFirstIndex((s, e) -> s <= p AND e > p, c_starts, c_ends), bounds) AS found,
        arrayMap((f, k) -> if(f = 0, k, f), found, arrayFill(f -> f != 0, found)) AS before,
        arrayMap(p -> arrayFirstIndex((s, e) -> s <= p AND e > p, o_starts, o_ends), bounds) AS stopped,
        arrayMap((p, f, k, b) -> (p,
            if(k = 0, ({first_position:UInt16}, {first_stage:String}), (list[k].6, list[k].7)),
            multiIf(b != 0, ('waiting', 'blocked'), f = 0, ('waiting', 'unknown'), (list[f].8, list[f].9)),
            if(f = 0, ('', '', ''), (list[f].10, list[f].11, list[f].12)),
            multiIf(b != 0, (o.rules[b], 'ticket', o.ids[b]), f = 0, ('', '', ''), (list[f].13, list[f].14, list[f].15))), bounds, found, before, stopped) AS pieces,
        -- Neighbours that say the same are one interval.
        arrayMap(x -> cityHash64(x.2, x.3, x.4, x.5), pieces) AS said,
        arrayFilter((x, now, last) -> now != last, pieces, said, arrayPushFront(arrayPopBack(said), said[1] + 1)) AS joined,
        -- Time that nobody owns goes to the next owner, or the last one.
        arrayFill(x -> x.1 != '', arrayReverseFill(x -> x.1 != '', arrayMap(x -> x.4, joined))) AS owners,
        arrayMap((x, next, owner) -> (x.1, next, x.2.2, x.2.1, x.3.1, x.3.2, owner.1, owner.2, owner.3, x.5.1, x.5.2, x.5.3), joined, arrayPushBack(arrayPopFront(arrayMap(x -> x.1, joined)), t1), owners) AS line
    FROM {item_rows:Identifier} AS i
    LEFT JOIN
    (
        SELECT item, arraySort(groupArray((rank, -toInt32(position), -start_ms, start_ms, end_ms, position, toString(stage), toString(class), toString(reason), toString(owner), toString(team), toString(role), toString(rule), toString(record), record_id))) AS list
        FROM {owned:Identifier} GROUP BY item
    ) AS c ON i.item = c.item
    LEFT JOIN
    (
        SELECT item, list.1 AS starts, list.2 AS ends, list.3 AS rules, list.4 AS ids
        FROM (SELECT item, arraySort(groupArray((start_ms, end_ms, toString(rule), record_id))) AS list FROM {obstacles:Identifier} GROUP BY item)
    ) AS o ON i.item = o.item
)
ARRAY JOIN line AS piece, arrayEnumerate(line) AS n
WHERE piece.1 < piece.2;
