-- The services whose deliveries, failures or figures may differ since the given arrivals, or because the changes of the
-- repositories {repos} do. A superset: deriving a service again is cheap, missing one is wrong.
WITH fresh AS (SELECT id, services, caused_by_deployment, caused_by_sha FROM incidents WHERE arrival > {incidents:UInt64})
SELECT DISTINCT service AS name
FROM
(
    SELECT toString(service) AS service FROM deployments WHERE arrival > {deployments:UInt64} OR repo IN {repos:Array(String)}
    UNION ALL SELECT toString(service) FROM org_repos WHERE repo IN {repos:Array(String)}
    UNION ALL SELECT toString(service) FROM resolved_deployments WHERE repo IN {repos:Array(String)}
        OR repo IN (SELECT repo FROM builds WHERE arrival > {builds:UInt64} AND repo != '')
        OR build_id != '' AND build_id IN (SELECT id FROM builds WHERE arrival > {builds:UInt64} UNION DISTINCT SELECT concat(pipeline, '/', id) FROM builds WHERE arrival > {builds:UInt64})
    UNION ALL SELECT toString(service) FROM deliveries WHERE build IN (SELECT concat(pipeline, '/', id, '#', toString(attempt)) FROM builds WHERE arrival > {builds:UInt64})
    UNION ALL SELECT arrayJoin(services) FROM fresh
    UNION ALL SELECT arrayJoin(arrayMap(s -> toString(s), services)) FROM incident_facts WHERE id IN (SELECT id FROM fresh)
    UNION ALL SELECT toString(service) FROM failure_evidence WHERE record = 'incident' AND record_id IN (SELECT id FROM fresh)
    UNION ALL SELECT toString(service) FROM incident_links WHERE incident IN (SELECT id FROM fresh)
    UNION ALL SELECT toString(service) FROM deployments WHERE id IN (SELECT caused_by_deployment FROM fresh)
        OR concat(service, '/', environment, '/', id) IN (SELECT caused_by_deployment FROM fresh)
    UNION ALL SELECT toString(service) FROM resolved_deployments WHERE repo IN
        (SELECT repo FROM change_commits WHERE sha IN (SELECT caused_by_sha FROM fresh WHERE caused_by_sha != '')
         UNION DISTINCT SELECT repo FROM changes WHERE id IN (SELECT caused_by_sha FROM fresh WHERE caused_by_sha != ''))
)
WHERE service != ''
ORDER BY name;
