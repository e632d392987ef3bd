-- The items of a batch: where each begins and ends, and what it is. 9000000000000000: it is still open.
INSERT INTO {item_rows:Identifier} (item, kind, class, type, title, url, team, products, services, repos, changes, links, excluded, dropped, t0, t1)
WITH
    linked AS
    (
        SELECT item, arraySort(groupUniqArray(toString(repo))) AS repos, arraySort(groupUniqArray(change)) AS changes, arraySort(groupUniqArray((change, toString(rule)))) AS links, min(begun) AS begun, max(merged) AS merged
        FROM {links:Identifier} GROUP BY item
    ),
    shipped AS
    (
        SELECT l.item AS item, arraySort(groupUniqArray(d.service)) AS services, arraySort(groupUniqArrayArray(d.products)) AS products,
            minIf(d.team, d.team != '') AS team, max(d.status = 'waiting' AND NOT c.aside) AS waits, max(d.status = 'waiting') AS undelivered, maxIf(toUnixTimestamp64Milli(assumeNotNull(d.finished_at)), d.status = 'delivered' AND isNotNull(d.finished_at)) AS finished,
            countIf(d.status IN ('delivered', 'waiting')) AS counted, anyIf(toString(d.excluded), d.status = 'excluded') AS excluded, countIf(d.status = 'baseline') AS baseline
        FROM {links:Identifier} AS l
        INNER JOIN (SELECT toString(repo) AS repo, change, toString(service) AS service, CAST(products, 'Array(String)') AS products, toString(team) AS team, toString(status) AS status, finished_at, deliveries.excluded AS excluded FROM {deliveries:Identifier} AS deliveries WHERE environment = '' AND (repo, change) IN (SELECT repo, change FROM {links:Identifier})) AS d
            ON l.repo = d.repo AND l.change = d.change
        -- What was merged into a release branch only may never be deployed: the mainline has it by another change.
        LEFT JOIN (SELECT toString(repo) AS repo, id, known AND isNull(position) AS aside FROM {changes:Identifier} WHERE (repo, id) IN (SELECT repo, change FROM {links:Identifier})) AS c
            ON l.repo = c.repo AND l.change = c.id
        GROUP BY item
    ),
    work AS (SELECT item, min(start_ms) AS begun FROM {candidates:Identifier} GROUP BY item),
    -- Where no change says which products a team's ticket is for: those of the team's services.
    team_products AS (SELECT toString(team) AS team, arraySort(groupUniqArrayArray(arrayMap(p -> toString(p), products))) AS products FROM org_services WHERE team != '' GROUP BY team)
SELECT i.item, i.kind, i.class, i.type, i.title, i.url, if(t.shown != '', t.shown, i.of_team), if(empty(i.products), p.products, i.products), i.services, i.repos, i.changes, i.links,
    multiIf(i.left_out != '', i.left_out, i.t1 <= i.t0, 'it was done as soon as it was known', ''),
    startsWith(i.left_out, 'it was closed without being '), i.t0, greatest(i.t0, i.t1)
FROM
(
    SELECT r.key AS item, 'ticket' AS kind, toString(k.class) AS class, toString(k.type) AS type, k.title AS title, k.url AS url,
        multiIf(r.first_team != '', r.first_team, s.team != '', s.team, arrayFirst(x -> x != '', arrayMap(x -> transform(x, {accounts:Array(String)}, {account_teams:Array(String)}, ''), arrayMap(x -> lower(x), r.assignees)))) AS of_team,
        s.products AS products, s.services AS services, l.repos AS repos, l.changes AS changes, l.links AS links,
        multiIf(match(lower(k.type), '^(epic|initiative|theme|saga|epik|épopée|长篇故事|エピック)$'), 'it is an epic: the tickets in it are counted',
            isNotNull(r.done) AND (arrayFirst(x -> match(lower(x), '^(won.?t (do|fix)|declined|duplicate|cannot reproduce|can.?t reproduce|invalid|cancel+ed|abandoned|rejected|obsolete|not a bug|incomplete|暂不修改|无效的?)$'), [r.resolution, r.statuses[-1]]) AS undone) != '', concat('it was closed without being done: ', undone),
            '') AS left_out,
        least(r.created, if(w.begun = 0, r.created, w.begun)) AS t0,
        -- What was given up ends there, whatever becomes of its changes.
        multiIf(isNotNull(r.done) AND undone != '', assumeNotNull(r.done), isNull(r.done) OR s.waits, 9000000000000000, greatest(assumeNotNull(r.done), ifNull(l.merged, 0), s.finished)) AS t1
    FROM {ticket_rows:Identifier} AS r
    INNER JOIN (SELECT key, class, type, title, url FROM tickets FINAL WHERE key IN (SELECT key FROM {scope_tickets:Identifier})) AS k ON r.key = k.key
    LEFT JOIN linked AS l ON r.key = l.item
    LEFT JOIN shipped AS s ON r.key = s.item
    LEFT JOIN work AS w ON r.key = w.item
    UNION ALL
    SELECT l.item, 'change', if(c.revert OR c.hotfix OR c.urgent, 'defect', ''), '', if(c.title = '', p.title, c.title), if(c.url = '', p.url, c.url),
        if(s.team != '', s.team, transform(lower(if(c.author = '', p.author, c.author)), {accounts:Array(String)}, {account_teams:Array(String)}, '')), s.products, s.services, l.repos, l.changes, [],
        multiIf(c.excluded != '', c.excluded, s.counted = 0 AND s.excluded != '', s.excluded, s.counted = 0 AND s.baseline > 0, 'baseline: already in the first known production deployment',
            isNull(l.merged) AND p.closed, 'it was closed without being merged',
            s.undelivered AND NOT s.waits, 'it was merged into a release branch that was not deployed since', ''),
        l.begun, multiIf(isNull(l.merged) AND p.closed, p.over, isNull(l.merged) OR s.waits, 9000000000000000, greatest(assumeNotNull(l.merged), s.finished))
    FROM linked AS l
    LEFT JOIN (SELECT id, title, url, toString(author) AS author, toString(changes.excluded) AS excluded, revert, hotfix, urgent FROM {changes:Identifier} AS changes WHERE (repo, id) IN (SELECT repo, change FROM {links:Identifier})) AS c ON l.changes[1] = c.id
    LEFT JOIN
    (
        SELECT concat(repo, '#', toString(number)) AS id, title, url, toString(author) AS author, isNotNull(closed_at) AS closed, ifNull(toUnixTimestamp64Milli(closed_at), 0) AS over FROM pull_requests FINAL
        WHERE isNull(merged_at) AND (repo, number) IN (SELECT repo, assumeNotNull(number) FROM {links:Identifier} WHERE isNotNull(number))
    ) AS p ON l.changes[1] = p.id
    LEFT JOIN shipped AS s ON l.item = s.item
    WHERE l.item NOT IN (SELECT key FROM {ticket_rows:Identifier})
) AS i
LEFT JOIN {stream_teams:Identifier} AS t ON i.of_team = t.team
LEFT JOIN team_products AS p ON i.of_team = p.team;
