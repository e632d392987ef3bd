-- Which deliveries of the services {services} must be derived again, where only some of them must: those that wait, those of
-- the changes that were derived again ({scope_changes}, or all of the repositories {wholly}), and those that finished when,
-- or after, a deployment of the service differs from before. What delivered a change earlier than that still does.
-- Reads the facts from before and the new ones; live tables have their plain names.
INSERT INTO {changed_since:Identifier} (service, at)
SELECT service, min(at)
FROM
(
    SELECT toString(service) AS service, assumeNotNull(any(finished_at)) AS at
    FROM
    (
        SELECT * FROM resolved_deployments WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at)
        UNION ALL
        SELECT * FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at)
    )
    GROUP BY service, environment, id, repo, sha, build_id, started_at, finished_at, approval_requested_at, approved_at, graph, known, position, reach, extras
    HAVING count() = 1
    UNION ALL
    -- Deployments whose build may be another one.
    SELECT toString(service), assumeNotNull(finished_at) FROM {resolved_deployments:Identifier}
    WHERE service IN {services:Array(String)} AND isNotNull(finished_at)
      AND (sha != '' AND sha IN (SELECT sha FROM builds WHERE arrival > {builds:UInt64})
           OR build_id != '' AND build_id IN (SELECT arrayJoin([id, concat(pipeline, '/', id)]) FROM builds WHERE arrival > {builds:UInt64}))
    UNION ALL
    SELECT toString(service), assumeNotNull(finished_at) FROM {deliveries:Identifier}
    WHERE service IN {services:Array(String)} AND isNotNull(finished_at)
      AND build IN (SELECT concat(pipeline, '/', id, '#', toString(attempt)) FROM builds WHERE arrival > {builds:UInt64})
)
GROUP BY service;

INSERT INTO {stale_deliveries:Identifier} (service, environment, repo, change)
SELECT l.service, l.environment, l.repo, l.change
FROM (SELECT service, environment, repo, change, rule, finished_at FROM {deliveries:Identifier} WHERE service IN {services:Array(String)}) AS l
LEFT JOIN {changed_since:Identifier} AS s ON l.service = s.service
WHERE l.rule = '' OR l.repo IN {wholly:Array(String)} OR (l.repo, l.change) IN (SELECT repo, change FROM {scope_changes:Identifier})
   OR s.service != '' AND l.finished_at >= s.at;

DELETE FROM {deliveries:Identifier}
WHERE service IN {services:Array(String)} AND (service, environment, repo, change) IN (SELECT service, environment, repo, change FROM {stale_deliveries:Identifier});

-- Whatever a service and its changes should have, and is not there.
INSERT INTO {open_deliveries:Identifier} (service, environment, repo, change)
WITH
    made_from AS
    (
        SELECT service, repo FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)} AND repo != ''
        UNION DISTINCT SELECT service, repo FROM org_repos WHERE service IN {services:Array(String)}
    )
SELECT m.service, s.environment, c.repo, c.id
FROM (SELECT repo, id FROM {changes:Identifier} WHERE repo IN (SELECT repo FROM made_from)) AS c
INNER JOIN made_from AS m ON c.repo = m.repo
INNER JOIN
(
    SELECT service, arrayJoin(['', toString(environment)]) AS environment FROM {resolved_deployments:Identifier}
    WHERE service IN {services:Array(String)} AND kind = 'production' AND result = 'success' AND isNotNull(finished_at)
    UNION DISTINCT SELECT service, '' FROM made_from
) AS s ON m.service = s.service
WHERE (m.service, s.environment, c.repo, c.id) NOT IN (SELECT service, environment, repo, change FROM {deliveries:Identifier} WHERE service IN {services:Array(String)});
