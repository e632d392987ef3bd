-- Why production deployments of the services {services} count as failed, by the rules {rules} that are switched on.
-- The window within which a later fix or an incident still speaks of a deployment is {window_ms} milliseconds.

-- linked: an incident names the deployment, or a commit or change in it.
INSERT INTO {failure_evidence:Identifier} (service, environment, id, rule, record, record_id, restored_at)
SELECT l.service, l.environment, l.id, 'linked', 'incident', l.incident, i.resolved_at
FROM (SELECT * FROM {incident_links:Identifier} WHERE service IN {services:Array(String)}) AS l
INNER JOIN (SELECT id, resolved_at FROM incidents FINAL) AS i ON l.incident = i.id
WHERE has({rules:Array(String)}, 'linked')
  AND (l.service, l.environment, l.id) IN (SELECT service, environment, id FROM {resolved_deployments:Identifier}
        WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at));

-- rolled_back: the next successful deployment to the same environment has a revision that is a strict ancestor of its own.
-- Deployments whose revision is not on the known graph are passed over.
INSERT INTO {failure_evidence:Identifier} (service, environment, id, rule, record, record_id, restored_at)
SELECT service, environment, id, 'rolled_back', 'deployment', next_id, next_finished_at
FROM
(
    SELECT service, environment, id, repo, sha, reach, extras,
        leadInFrame(id) OVER following AS next_id, leadInFrame(repo) OVER following AS next_repo, leadInFrame(sha) OVER following AS next_sha,
        leadInFrame(position) OVER following AS next_position, leadInFrame(finished_at) OVER following AS next_finished_at
    FROM {resolved_deployments:Identifier}
    WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at) AND known
    WINDOW following AS (PARTITION BY service, environment ORDER BY finished_at, id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
)
WHERE has({rules:Array(String)}, 'rolled_back')
  AND next_id != '' AND next_repo = repo AND next_sha != sha AND (ifNull(next_position <= reach, false) OR has(extras, next_sha));

-- fixed_forward: a later deployment to the same environment, within the window, delivers a revert of a change in it or a
-- hotfix for it; a hotfix that names nothing speaks of the deployment just before.
INSERT INTO {failure_evidence:Identifier} (service, environment, id, rule, record, record_id, restored_at)
WITH
    fixes AS
    (
        SELECT l.service AS service, l.environment AS environment, l.repo AS repo, l.change AS change, l.deployment_id AS id, l.finished_at AS finished_at, c.target AS target, c.hotfix AS hotfix
        FROM (SELECT * FROM {deliveries:Identifier} WHERE service IN {services:Array(String)} AND environment != '' AND status IN ('delivered', 'excluded') AND deployment_id != '') AS l
        INNER JOIN
        (
            SELECT c.repo AS repo, c.id AS id, c.hotfix AS hotfix, f.target AS target
            FROM (SELECT repo, id, hotfix FROM {changes:Identifier} WHERE (revert OR hotfix) AND repo IN (SELECT repo FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)})) AS c
            LEFT JOIN {change_fixes:Identifier} AS f ON c.repo = f.repo AND c.id = f.change
        ) AS c ON l.repo = c.repo AND l.change = c.id
    ),
    production AS
    (
        SELECT service, environment, id, finished_at, lagInFrame(id) OVER before AS previous_id, lagInFrame(finished_at) OVER before AS previous_finished_at
        FROM {resolved_deployments:Identifier}
        WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at)
        WINDOW before AS (PARTITION BY service, environment ORDER BY finished_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
SELECT service, environment, id, 'fixed_forward', 'deployment', argMin(fix, (fixed_at, fix)), min(fixed_at)
FROM
(
    SELECT t.service AS service, t.environment AS environment, t.id AS id, f.id AS fix, f.finished_at AS fixed_at, t.finished_at AS finished_at
    FROM (SELECT * FROM fixes WHERE target != '') AS f
    INNER JOIN (SELECT service, repo, change, deployment_environment AS environment, deployment_id AS id, finished_at FROM {deliveries:Identifier} AS l
                WHERE service IN {services:Array(String)} AND l.environment = '' AND status IN ('delivered', 'excluded') AND deployment_id != '') AS t
        ON f.service = t.service AND f.repo = t.repo AND f.target = t.change AND f.environment = t.environment
    UNION ALL
    SELECT p.service, p.environment, p.previous_id, f.id, f.finished_at, p.previous_finished_at
    FROM (SELECT * FROM fixes WHERE target = '' AND hotfix) AS f
    INNER JOIN production AS p ON f.service = p.service AND f.environment = p.environment AND f.id = p.id
    WHERE p.previous_id != ''
)
WHERE has({rules:Array(String)}, 'fixed_forward')
  AND finished_at < fixed_at AND dateDiff('millisecond', finished_at, fixed_at) <= {window_ms:Int64}
GROUP BY service, environment, id;

-- attributed: an incident whose cause is not named, or does not resolve, speaks of the last successful production
-- deployment of each of its services, over environments, that finished within the window before it started.
INSERT INTO {failure_evidence:Identifier} (service, environment, id, rule, record, record_id, restored_at)
SELECT i.service, d.environment, d.id, 'attributed', 'incident', i.id, i.resolved_at
FROM
(
    SELECT toString(service) AS service, id, started_at, resolved_at FROM incidents FINAL ARRAY JOIN arrayDistinct(services) AS service
    WHERE service IN {services:Array(String)} AND id NOT IN (SELECT incident FROM {incident_links:Identifier})
) AS i
ASOF INNER JOIN
(
    SELECT toString(service) AS service, finished, last.1 AS id, last.2 AS environment
    FROM (SELECT service, assumeNotNull(finished_at) AS finished, max((id, environment)) AS last FROM {resolved_deployments:Identifier}
          WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at)
          GROUP BY service, finished)
) AS d ON i.service = d.service AND i.started_at >= d.finished
WHERE has({rules:Array(String)}, 'attributed') AND dateDiff('millisecond', d.finished, i.started_at) <= {window_ms:Int64};

-- failed_run: the deployment itself failed in production; what restores it is the next one that succeeds.
INSERT INTO {failure_evidence:Identifier} (service, environment, id, rule, record, record_id, restored_at)
SELECT service, environment, id, 'failed_run', 'deployment', id, next_success
FROM
(
    SELECT service, environment, id, result,
        minOrNullIf(finished_at, result = 'success') OVER (PARTITION BY service, environment ORDER BY finished_at, id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next_success
    FROM {resolved_deployments:Identifier}
    WHERE service IN {services:Array(String)} AND kind = 'production' AND result IN ('success', 'failure') AND isNotNull(finished_at)
)
WHERE has({rules:Array(String)}, 'failed_run') AND result = 'failure';

-- The repairing side. rollback: its revision is a strict ancestor of the one before it in the same environment.
INSERT INTO {rework_evidence:Identifier} (service, environment, id, rule, record, record_id)
SELECT service, environment, id, 'rollback', 'deployment', previous_id
FROM
(
    SELECT service, environment, id, repo, sha, position,
        lagInFrame(id) OVER before AS previous_id, lagInFrame(repo) OVER before AS previous_repo, lagInFrame(sha) OVER before AS previous_sha,
        lagInFrame(reach) OVER before AS previous_reach, lagInFrame(extras) OVER before AS previous_extras
    FROM {resolved_deployments:Identifier}
    WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at) AND known
    WINDOW before AS (PARTITION BY service, environment ORDER BY finished_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
WHERE previous_id != '' AND previous_repo = repo AND previous_sha != sha AND (ifNull(position <= previous_reach, false) OR has(previous_extras, sha));

-- revert, hotfix, urgent: it brings such a change to its environment.
INSERT INTO {rework_evidence:Identifier} (service, environment, id, rule, record, record_id)
SELECT l.service, l.environment, l.deployment_id, c.rule, 'change', l.change
FROM (SELECT * FROM {deliveries:Identifier} WHERE service IN {services:Array(String)} AND environment != '' AND status IN ('delivered', 'excluded') AND deployment_id != '') AS l
INNER JOIN
(
    SELECT repo, id, rule FROM {changes:Identifier}
    ARRAY JOIN arrayFilter(r -> r != '', [if(revert, 'revert', ''), if(hotfix, 'hotfix', ''), if(urgent, 'urgent', '')]) AS rule
    WHERE (revert OR hotfix OR urgent) AND repo IN (SELECT repo FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)})
) AS c ON l.repo = c.repo AND l.change = c.id;

-- What was found out, one row a deployment. A failed deployment is restored when the last of its incidents is resolved;
-- without incidents, when the first rollback or fix (or, of a failed run, the next success) finished.
INSERT INTO {deployment_facts:Identifier} (service, environment, id, kind, team, products, repo, sha, version, url, result, started_at, finished_at, known, changes,
    failed, failure_rules, failure_records, failure_ids, restored_at, recovery_ms, recovery, rework, rework_rules, rework_records, rework_ids, recovery_working_ms)
SELECT d.service, d.environment, d.id, d.kind, o.team, o.products, d.repo, d.sha, d.version, d.url, d.result, d.started_at, d.finished_at, d.known, c.changes,
    notEmpty(f.evidence) AS is_failed,
    arrayMap(e -> e.1, f.evidence), arrayMap(e -> e.2, f.evidence), arrayMap(e -> e.3, f.evidence),
    f.restored AS restored,
    if(restored >= d.finished_at, dateDiff('millisecond', d.finished_at, restored), NULL) AS recovery_ms,
    multiIf(NOT is_failed, '', isNull(restored), 'open', restored >= d.finished_at, 'restored', 'negative'),
    notEmpty(r.evidence),
    arrayMap(e -> e.1, r.evidence), arrayMap(e -> e.2, r.evidence), arrayMap(e -> e.3, r.evidence),
    -- By the team's calendar; see 0007_calendars.sql.
    if(isNull(recovery_ms), NULL,
        w.before_ms + dateDiff('millisecond', w.start_at, least(assumeNotNull(restored), w.end_at))
        - v.before_ms - dateDiff('millisecond', v.start_at, least(assumeNotNull(d.finished_at), v.end_at)))
FROM (SELECT * FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)}) AS d
LEFT JOIN
(
    SELECT service, environment, id, arraySort(groupUniqArray((rule, record, record_id))) AS evidence,
        countIf(record = 'incident') AS incidents, countIf(record = 'incident' AND isNull(restored_at)) AS open_incidents,
        maxOrNullIf(restored_at, record = 'incident') AS resolved_at, minOrNullIf(restored_at, record != 'incident') AS repaired_at,
        if(incidents > 0, if(open_incidents > 0, NULL, resolved_at), repaired_at) AS restored
    FROM {failure_evidence:Identifier} WHERE service IN {services:Array(String)} GROUP BY service, environment, id
) AS f ON d.service = f.service AND d.environment = f.environment AND d.id = f.id
LEFT JOIN
(
    SELECT service, environment, id, arraySort(groupUniqArray((rule, record, record_id))) AS evidence
    FROM {rework_evidence:Identifier} WHERE service IN {services:Array(String)} GROUP BY service, environment, id
) AS r ON d.service = r.service AND d.environment = r.environment AND d.id = r.id
LEFT JOIN
(
    SELECT service, deployment_environment AS environment, deployment_id AS id, toUInt32(count()) AS changes
    FROM {deliveries:Identifier} AS l WHERE service IN {services:Array(String)} AND l.environment = '' AND status IN ('delivered', 'excluded') AND deployment_id != ''
    GROUP BY service, deployment_environment, deployment_id
) AS c ON d.service = c.service AND d.environment = c.environment AND d.id = c.id
LEFT JOIN org_services AS o ON d.service = o.service
LEFT JOIN org_team_calendars AS k ON o.team = k.team
ASOF LEFT JOIN working_spans AS v ON k.calendar = v.calendar AND ifNull(d.finished_at, toDateTime64(0, 3, 'UTC')) >= v.start_at
ASOF LEFT JOIN working_spans AS w ON k.calendar = w.calendar AND ifNull(f.restored, toDateTime64(0, 3, 'UTC')) >= w.start_at;
