-- Incidents that name their cause, resolved to deployments: by the deployment's id (alone, or service/environment/id), or by
-- a commit or change, to the deployment that first delivered it. Of several matches those of the incident's own services
-- count, where there are any. All incidents at once: they are few.
INSERT INTO {incident_links:Identifier} (incident, service, environment, id)
WITH naming AS (SELECT id, services, caused_by_deployment, caused_by_sha FROM incidents FINAL WHERE caused_by_deployment != '' OR caused_by_sha != '')
SELECT DISTINCT incident, service, environment, id
FROM
(
    SELECT *, max(own) OVER (PARTITION BY incident) AS any_own
    FROM
    (
        SELECT n.id AS incident, d.service AS service, d.environment AS environment, d.id AS id, empty(n.services) OR has(n.services, d.service) AS own
        FROM {resolved_deployments:Identifier} AS d INNER JOIN naming AS n ON d.id = n.caused_by_deployment
        WHERE n.caused_by_deployment != ''
        UNION ALL
        SELECT n.id, d.service, d.environment, d.id, empty(n.services) OR has(n.services, d.service)
        FROM {resolved_deployments:Identifier} AS d INNER JOIN naming AS n ON concat(d.service, '/', d.environment, '/', d.id) = n.caused_by_deployment
        WHERE n.caused_by_deployment != ''
        UNION ALL
        -- A commit may be part of several changes (stacked pull requests): the first of them that was delivered counts.
        SELECT n.id, l.service, min(l.delivery).2, min(l.delivery).3, any(empty(n.services) OR has(n.services, l.service))
        FROM (SELECT service, repo, change, (assumeNotNull(finished_at), toString(deployment_environment), deployment_id) AS delivery FROM {deliveries:Identifier}
              WHERE environment = '' AND status IN ('delivered', 'excluded') AND deployment_id != '') AS l
        INNER JOIN
        (
            SELECT c.repo AS repo, c.change AS change, n.id AS id, n.services AS services
            FROM (SELECT repo, change, sha FROM {change_commits:Identifier} WHERE sha IN (SELECT caused_by_sha FROM naming)
                  UNION DISTINCT SELECT repo, id, id FROM {changes:Identifier} WHERE id IN (SELECT caused_by_sha FROM naming)) AS c
            INNER JOIN naming AS n ON c.sha = n.caused_by_sha
        ) AS n ON l.repo = n.repo AND l.change = n.change
        GROUP BY n.id, l.service
    )
)
WHERE own = any_own;
