-- Incidents with the teams, products and repositories of their services and the deployments blamed for them; and the quiet
-- times between the incidents of a service. All of them at once: they are few.
INSERT INTO {incident_facts:Identifier} (id, services, repos, teams, products, severity, title, url, started_at, detected_at, acknowledged_at, resolved_at, cause_rules, cause_ids)
WITH
    made_from AS
    (
        SELECT toString(service) AS service, groupUniqArray(toString(repo)) AS repos
        FROM (SELECT service, repo FROM {resolved_deployments:Identifier} WHERE repo != '' UNION DISTINCT SELECT service, repo FROM org_repos) GROUP BY service
    ),
    owned AS
    (
        SELECT i.id AS id, arraySort(arrayFilter(t -> t != '', groupUniqArray(toString(o.team)))) AS teams,
            arraySort(groupUniqArrayArray(arrayMap(p -> toString(p), o.products))) AS products, arraySort(groupUniqArrayArray(m.repos)) AS repos
        FROM (SELECT id, service FROM incidents FINAL ARRAY JOIN services AS service) AS i
        LEFT JOIN (SELECT toString(service) AS service, team, products FROM org_services) AS o ON i.service = o.service
        LEFT JOIN made_from AS m ON i.service = m.service
        GROUP BY id
    ),
    causes AS
    (
        SELECT record_id AS id, arraySort(groupUniqArray((toString(rule), concat(service, '/', environment, '/', e.id)))) AS causes
        FROM {failure_evidence:Identifier} AS e WHERE record = 'incident' GROUP BY record_id
    )
SELECT i.id, arrayDistinct(i.services), o.repos, o.teams, o.products, i.severity, i.title, i.url, i.started_at, i.detected_at, i.acknowledged_at, i.resolved_at,
    arrayMap(c -> c.1, c.causes), arrayMap(c -> c.2, c.causes)
FROM (SELECT * FROM incidents FINAL) AS i
LEFT JOIN owned AS o ON i.id = o.id
LEFT JOIN causes AS c ON i.id = c.id;

INSERT INTO {incident_gaps:Identifier} (service, team, products, repos, previous, next, title, started_at, finished_at)
WITH
    -- An incident that is not resolved has not ended yet: whatever starts after it overlaps with it.
    spans AS
    (
        SELECT service, id, title, started_at, ifNull(resolved_at, toDateTime64('2299-12-31 00:00:00', 3, 'UTC')) AS ended_at
        FROM incidents FINAL ARRAY JOIN arrayDistinct(services) AS service
        WHERE ifNull(resolved_at >= started_at, true)
    ),
    sequence AS
    (
        SELECT service, id, title, started_at,
            max(ended_at) OVER before AS quiet_since,
            argMax(id, (ended_at, id)) OVER before AS previous,
            count() OVER before AS earlier
        FROM spans
        WINDOW before AS (PARTITION BY service ORDER BY started_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
SELECT s.service, o.team, o.products, m.repos, s.previous, s.id, s.title, s.quiet_since, s.started_at
FROM sequence AS s
LEFT JOIN (SELECT toString(service) AS service, team, products FROM org_services) AS o ON s.service = o.service
LEFT JOIN
(
    SELECT toString(service) AS service, arraySort(groupUniqArray(toString(repo))) AS repos
    FROM (SELECT service, repo FROM {resolved_deployments:Identifier} WHERE repo != '' UNION DISTINCT SELECT service, repo FROM org_repos) GROUP BY service
) AS m ON s.service = m.service
WHERE s.earlier > 0 AND s.started_at >= s.quiet_since;
