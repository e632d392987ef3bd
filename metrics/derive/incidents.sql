-- Incidents with the teams, products and repositories of their services and the deployments blamed for them; and the quiet
-- times between the incidents of a service. All of them at once: they are few.
INSERT INTO {incident_facts:Identifier} (id, services, repos, teams, products, severity, title, url, started_at, detected_at, acknowledged_at, resolved_at, cause_rules, cause_ids,
    restore_working_ms, detect_working_ms, acknowledge_working_ms)
WITH
    (SELECT any(calendar) FROM org_team_calendars WHERE team = '') AS default_calendar,
    (SELECT min(least(started_at, ifNull(detected_at, started_at))) FROM incidents FINAL) AS earliest,
    -- The working spans since then, with the one that began last before; see 0007_calendars.sql.
    spans AS
    (
        SELECT * FROM working_spans
        WHERE start_at >= earliest OR (calendar, start_at) IN (SELECT calendar, max(start_at) FROM working_spans WHERE start_at <= earliest GROUP BY calendar)
    ),
    made_from AS
    (
        SELECT toString(service) AS service, groupUniqArray(toString(repo)) AS repos
        FROM (SELECT service, repo FROM {resolved_deployments:Identifier} WHERE repo != '' UNION DISTINCT SELECT service, repo FROM org_repos) GROUP BY service
    ),
    owned AS
    (
        SELECT i.id AS id, arraySort(arrayFilter(t -> t != '', groupUniqArray(toString(o.team)))) AS teams,
            arraySort(groupUniqArrayArray(arrayMap(p -> toString(p), o.products))) AS products, arraySort(groupUniqArrayArray(m.repos)) AS repos,
            groupUniqArrayIf(toString(c.calendar), o.team != '') AS calendars
        FROM (SELECT id, service FROM incidents FINAL ARRAY JOIN services AS service) AS i
        LEFT JOIN (SELECT toString(service) AS service, team, products FROM org_services) AS o ON i.service = o.service
        LEFT JOIN org_team_calendars AS c ON o.team = c.team
        LEFT JOIN made_from AS m ON i.service = m.service
        GROUP BY id
    ),
    causes AS
    (
        SELECT record_id AS id, arraySort(groupUniqArray((toString(rule), concat(service, '/', environment, '/', e.id)))) AS causes
        FROM {failure_evidence:Identifier} AS e WHERE record = 'incident' GROUP BY record_id
    ),
    timed AS
    (
        SELECT i.*, o.repos AS repos, o.teams AS teams, o.products AS products, if(length(o.calendars) = 1, o.calendars[1], default_calendar) AS calendar,
            ifNull(i.detected_at, toDateTime64(0, 3, 'UTC')) AS detected, ifNull(i.acknowledged_at, toDateTime64(0, 3, 'UTC')) AS acknowledged,
            ifNull(i.resolved_at, toDateTime64(0, 3, 'UTC')) AS resolved
        FROM (SELECT * FROM incidents FINAL) AS i
        LEFT JOIN owned AS o ON i.id = o.id
    ),
    -- The working time before each of its moments.
    worked AS
    (
        SELECT i.*,
            s.before_ms + dateDiff('millisecond', s.start_at, least(i.started_at, s.end_at)) AS w_started,
            d.before_ms + dateDiff('millisecond', d.start_at, least(i.detected, d.end_at)) AS w_detected,
            a.before_ms + dateDiff('millisecond', a.start_at, least(i.acknowledged, a.end_at)) AS w_acknowledged,
            r.before_ms + dateDiff('millisecond', r.start_at, least(i.resolved, r.end_at)) AS w_resolved
        FROM timed AS i
        ASOF LEFT JOIN spans AS s ON i.calendar = s.calendar AND i.started_at >= s.start_at
        ASOF LEFT JOIN spans AS d ON i.calendar = d.calendar AND i.detected >= d.start_at
        ASOF LEFT JOIN spans AS a ON i.calendar = a.calendar AND i.acknowledged >= a.start_at
        ASOF LEFT JOIN spans AS r ON i.calendar = r.calendar AND i.resolved >= r.start_at
    )
SELECT i.id, arrayDistinct(i.services), i.repos, i.teams, i.products, i.severity, i.title, i.url, i.started_at, i.detected_at, i.acknowledged_at, i.resolved_at,
    arrayMap(c -> c.1, c.causes), arrayMap(c -> c.2, c.causes),
    if(i.resolved_at >= i.started_at, w_resolved - w_started, NULL),
    if(i.detected_at >= i.started_at, w_detected - w_started, NULL),
    if(i.acknowledged_at >= i.detected_at, w_acknowledged - w_detected, NULL)
FROM worked AS i
LEFT JOIN causes AS c ON i.id = c.id;

INSERT INTO {incident_gaps:Identifier} (service, team, products, repos, previous, next, title, started_at, finished_at, working_ms)
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
SELECT s.service, o.team, o.products, m.repos, s.previous, s.id, s.title, s.quiet_since, s.started_at,
    w.before_ms + dateDiff('millisecond', w.start_at, least(s.started_at, w.end_at)) - v.before_ms - dateDiff('millisecond', v.start_at, least(s.quiet_since, v.end_at))
FROM sequence AS s
LEFT JOIN (SELECT toString(service) AS service, team, products FROM org_services) AS o ON s.service = o.service
LEFT JOIN
(
    SELECT toString(service) AS service, arraySort(groupUniqArray(toString(repo))) AS repos
    FROM (SELECT service, repo FROM {resolved_deployments:Identifier} WHERE repo != '' UNION DISTINCT SELECT service, repo FROM org_repos) GROUP BY service
) AS m ON s.service = m.service
LEFT JOIN org_team_calendars AS c ON o.team = c.team
ASOF LEFT JOIN working_spans AS v ON c.calendar = v.calendar AND s.quiet_since >= v.start_at
ASOF LEFT JOIN working_spans AS w ON c.calendar = w.calendar AND s.started_at >= w.start_at
WHERE s.earlier > 0 AND s.started_at >= s.quiet_since;
