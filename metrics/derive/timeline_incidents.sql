-- What was going on with incidents: until they were detected, acknowledged, fixed and over. All of them at once: they are few.
-- A moment that is not known gives its time to the next step. What repaired them are the changes that name them, and the
-- rollbacks, reverts and hotfixes of their services that were deployed meanwhile.
INSERT INTO {item_rows:Identifier} (item, kind, class, type, title, url, team, products, services, repos, changes, links, excluded, t0, t1)
SELECT i.id, 'incident', '', toString(i.severity), i.title, i.url, if(t.shown != '', t.shown, i.team), i.products, i.services, i.repos, [], [],
    multiIf(isNull(i.resolved_at), '', i.resolved_at < i.started_at, 'it was resolved before it started', i.resolved_at = i.started_at, 'it was resolved as soon as it started', ''),
    toUnixTimestamp64Milli(i.started_at), if(isNull(i.resolved_at), 9000000000000000, greatest(toUnixTimestamp64Milli(i.started_at), toUnixTimestamp64Milli(assumeNotNull(i.resolved_at))))
FROM (SELECT *, if(length(teams) = 1, toString(teams[1]), '') AS team FROM {incident_facts:Identifier}) AS i
LEFT JOIN {stream_teams:Identifier} AS t ON i.team = t.team;

INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
WITH
    moments AS
    (
        SELECT id, if(length(teams) = 1, toString(teams[1]), '') AS team, toUnixTimestamp64Milli(started_at) AS started,
            greatest(started, ifNull(toUnixTimestamp64Milli(detected_at), 0)) AS detected, greatest(detected, ifNull(toUnixTimestamp64Milli(acknowledged_at), 0)) AS acknowledged,
            ifNull(toUnixTimestamp64Milli(resolved_at), 9000000000000000) AS over
        FROM {incident_facts:Identifier}
    )
SELECT m.id, if(m.part.1 = 'fix', 2, 1), o.position, m.part.1, m.part.2, m.part.3, if(m.part.1 = 'detect', '', if(m.team = '', o.usual_team, m.team)), o.role, m.part.4, m.part.5, 'incident', 'incident', m.id
FROM
(
    SELECT id, team, arrayJoin([('detect', 'waiting', 'detection', started, least(detected, over)), ('acknowledge', 'waiting', 'acknowledgement', detected, least(acknowledged, over)), ('fix', 'active', 'working', acknowledged, over)]) AS part
    FROM moments
) AS m
INNER JOIN {stage_owners:Identifier} AS o ON m.part.1 = o.stage
WHERE m.part.4 < m.part.5;

-- The deployments that repaired something while the incident lasted.
INSERT INTO {repairs:Identifier} (item, record, record_id, deployment, start_ms, end_ms)
SELECT i.id, r.record, r.record_id, concat(r.service, '/', r.environment, '/', r.id), ifNull(toUnixTimestamp64Milli(d.started_at), toUnixTimestamp64Milli(assumeNotNull(d.finished_at))), toUnixTimestamp64Milli(assumeNotNull(d.finished_at))
FROM (SELECT id, toString(arrayJoin(services)) AS service, started_at, resolved_at FROM {incident_facts:Identifier}) AS i
INNER JOIN (SELECT toString(service) AS service, toString(environment) AS environment, id, record, record_id FROM {rework_evidence:Identifier}) AS r ON i.service = r.service
INNER JOIN (SELECT toString(service) AS service, toString(environment) AS environment, id, started_at, finished_at FROM {resolved_deployments:Identifier} WHERE isNotNull(finished_at)) AS d
    ON r.service = d.service AND r.environment = d.environment AND r.id = d.id
WHERE d.finished_at > i.started_at AND (isNull(i.resolved_at) OR d.finished_at <= i.resolved_at);

INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
SELECT DISTINCT r.item, 0, o.position, o.stage, 'active', 'deploy', i.team, o.role, r.start_ms, r.end_ms, 'deployment', 'deployment', r.deployment
FROM {repairs:Identifier} AS r
INNER JOIN {item_rows:Identifier} AS i ON r.item = i.item
CROSS JOIN (SELECT * FROM {stage_owners:Identifier} WHERE stage = 'deploy') AS o
WHERE r.start_ms < r.end_ms;

-- From the last repair until it was over: waiting to see that it holds.
INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
SELECT r.item, 1, o.position, o.stage, 'waiting', 'verification', i.team, o.role, r.over, i.t1, 'incident', 'incident', r.item
FROM (SELECT item, max(end_ms) AS over FROM {repairs:Identifier} GROUP BY item) AS r
INNER JOIN {item_rows:Identifier} AS i ON r.item = i.item
CROSS JOIN (SELECT * FROM {stage_owners:Identifier} WHERE stage = 'restore') AS o
WHERE r.over < i.t1;

INSERT INTO {links:Identifier} (item, repo, change, number, begun, merged, rule)
SELECT n.item, c.repo, c.id, c.number, toUnixTimestamp64Milli(coalesce(c.first_commit_at, c.created_at, c.merged_at)), toNullable(toUnixTimestamp64Milli(c.merged_at)), n.rule
FROM
(
    SELECT item, change, argMin(rule, (indexOf({link_rules:Array(String)}, rule), rule)) AS rule
    FROM
    (
        SELECT key AS item, change, toString(rule) AS rule FROM {change_tickets:Identifier} WHERE key IN (SELECT item FROM {item_rows:Identifier})
        UNION ALL
        SELECT item, record_id, 'repair' FROM {repairs:Identifier} WHERE record = 'change'
    )
    GROUP BY item, change
) AS n
INNER JOIN (SELECT toString(repo) AS repo, id, number, first_commit_at, created_at, merged_at FROM {changes:Identifier}) AS c ON n.change = c.id
INNER JOIN {item_rows:Identifier} AS i ON n.item = i.item
WHERE toUnixTimestamp64Milli(c.merged_at) > i.t0;

INSERT INTO {items_pulls:Identifier} (repo, number)
SELECT DISTINCT repo, assumeNotNull(number) FROM {links:Identifier} WHERE isNotNull(number);
