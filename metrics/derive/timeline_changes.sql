-- What was going on with the changes of a batch's items ({links}) beside their pull requests: direct commits, builds,
-- approvals and deployments, as the deliveries say; and what was undone later. Reads changes, deliveries, deployments.
INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
SELECT l.item, 0, o.position, o.stage, 'active', 'working', multiIf(o.owner != '', o.owner, a.team != '', a.team, t.team != '', t.team, o.usual_team), o.role, l.begun, assumeNotNull(l.merged), 'commit', 'change', l.change
FROM (SELECT * FROM {links:Identifier} WHERE isNull(number) AND begun < assumeNotNull(merged)) AS l
LEFT JOIN (SELECT toString(repo) AS repo, id, lower(author) AS author FROM {changes:Identifier} WHERE (repo, id) IN (SELECT repo, change FROM {links:Identifier})) AS c ON l.repo = c.repo AND l.change = c.id
CROSS JOIN (SELECT * FROM {stage_owners:Identifier} WHERE stage = {coding_stage:String}) AS o
LEFT JOIN {stream_people:Identifier} AS a ON c.author = a.account
LEFT JOIN (SELECT DISTINCT repo, team FROM {stream_repos:Identifier} WHERE team != '') AS t ON l.repo = t.repo;

INSERT INTO {candidates:Identifier} (item, rank, position, stage, class, reason, team, role, start_ms, end_ms, rule, record, record_id)
WITH
    delivered AS
    (
        SELECT toString(d.repo) AS repo, d.change AS change, toString(d.service) AS service, toString(d.deployment_environment) AS environment, d.deployment_id AS deployment_id, toString(d.team) AS service_team,
            d.build AS build, d.status AS status, d.merged_at AS merged_at,
            arrayMap(x -> (toString(x.1), toUnixTimestamp64Milli(x.2), toUnixTimestamp64Milli(x.3)), d.stages) AS told
        FROM {deliveries:Identifier} AS d WHERE d.environment = '' AND d.status IN ('delivered', 'waiting') AND (d.repo, d.change) IN (SELECT repo, change FROM {links:Identifier})
    )
SELECT s.item, multiIf(s.reason = 'deploy window', 4, s.class = 'active', 0, 1), o.position, s.stage, s.class, s.reason,
    multiIf(o.owner != '', o.owner, s.part = 'approval' AND a.team != '', a.team, o.usual_team != '', o.usual_team, s.stage = 'deploy', s.service_team, ''), o.role, s.start_ms, s.end_ms,
    transform(s.part, ['build_queue', 'build', 'approval'], ['build', 'build', 'approval'], 'deployment'), if(s.stage = 'build', 'build', 'deployment'), if(s.stage = 'build', s.build, s.deployment)
FROM
(
    SELECT l.item AS item, d.service_team AS service_team, d.build AS build, if(d.deployment_id = '', '', concat(d.service, '/', d.environment, '/', d.deployment_id)) AS deployment, piece.1 AS part,
        piece.2 AS start_ms, piece.3 AS end_ms, d.service AS service, d.environment AS environment, d.deployment_id AS deployment_id,
        transform(piece.1, ['build_queue', 'build', 'approval'], ['build', 'build', 'approval'], 'deploy') AS stage,
        if(piece.1 IN ('build', 'deploy'), 'active', 'waiting') AS class,
        transform(piece.1, ['build_queue', 'build', 'approval', 'deploy'], ['ci queue', 'ci run', 'approval', 'deploy'], 'deploy window') AS reason
    FROM {links:Identifier} AS l
    INNER JOIN
    (
        -- A change that is deployed with later ones waits for them before the build of what was deployed is asked for: that is
        -- waiting for the deployment, not for CI.
        SELECT d.*,
            arrayConcat(
                arrayFilter(x -> x.1 IN ('build', 'approval', 'deploy_wait', 'deploy'), told),
                arrayMap(x -> ('deploy_wait', x.2, greatest(x.2, least(x.3, b.asked))), arrayFilter(x -> x.1 = 'build_queue', told)),
                arrayMap(x -> ('build_queue', greatest(x.2, least(x.3, b.asked)), x.3), arrayFilter(x -> x.1 = 'build_queue', told)),
                if(d.status = 'waiting', [('deploy_wait', toUnixTimestamp64Milli(d.merged_at), toInt64(9000000000000000))], [])) AS parts
        FROM delivered AS d
        LEFT JOIN
        (
            -- When nobody says when it was asked for: when it started.
            SELECT concat(pipeline, '/', id, '#', toString(attempt)) AS build, toUnixTimestamp64Milli(coalesce(queued_at, started_at, finished_at)) AS asked
            FROM builds FINAL WHERE concat(pipeline, '/', id, '#', toString(attempt)) IN (SELECT build FROM delivered WHERE build != '')
        ) AS b ON d.build = b.build
    ) AS d ON l.repo = d.repo AND l.change = d.change
    ARRAY JOIN d.parts AS piece
    WHERE piece.2 < piece.3
) AS s
LEFT JOIN {stage_owners:Identifier} AS o ON s.stage = o.stage
LEFT JOIN
(
    SELECT toString(service) AS service, toString(environment) AS environment, id, lower(approver) AS approver FROM deployments FINAL
    WHERE approver != '' AND (service, environment, id) IN (SELECT service, environment, deployment_id FROM delivered)
) AS d ON s.service = d.service AND s.environment = d.environment AND s.deployment_id = d.id
LEFT JOIN {stream_people:Identifier} AS a ON d.approver = a.account;

-- A change that was undone came back from the end.
INSERT INTO {steps_back:Identifier} (item, at_ms, to_position, from_position, rule, record, record_id)
SELECT DISTINCT l.item, toUnixTimestamp64Milli(r.merged_at), o.position, {done_position:UInt16}, 'revert', 'change', r.id
FROM {links:Identifier} AS l
INNER JOIN (SELECT toString(repo) AS repo, change, target FROM {change_fixes:Identifier} WHERE (repo, target) IN (SELECT repo, change FROM {links:Identifier})) AS f ON l.repo = f.repo AND l.change = f.target
INNER JOIN (SELECT toString(repo) AS repo, id, merged_at FROM {changes:Identifier} WHERE revert AND (repo, id) IN (SELECT repo, change FROM {change_fixes:Identifier})) AS r ON f.repo = r.repo AND f.change = r.id
CROSS JOIN (SELECT position FROM {stage_owners:Identifier} WHERE stage = {coding_stage:String}) AS o
WHERE (l.item, r.id) NOT IN (SELECT item, change FROM {links:Identifier}); -- what undoes a part of its own ticket is work on it
