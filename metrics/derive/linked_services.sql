-- The services whose failures may differ because an incident that names its cause is tied to other deployments than before:
-- the incident's own, and those that it was or is tied to. Reads the facts from before (plain names) and the new links.
WITH moved AS
(
    SELECT DISTINCT incident
    FROM
    (
        SELECT incident, service, environment, id
        FROM
        (
            SELECT 'before' AS side, incident, service, environment, id FROM incident_links
            UNION ALL
            SELECT 'now', incident, service, environment, id FROM {incident_links:Identifier}
        )
        GROUP BY incident, service, environment, id
        HAVING count() = 1
    )
)
SELECT DISTINCT service AS name
FROM
(
    SELECT arrayJoin(services) AS service FROM incidents WHERE id IN (moved)
    UNION ALL SELECT toString(service) FROM incident_links WHERE incident IN (moved)
    UNION ALL SELECT toString(service) FROM {incident_links:Identifier} WHERE incident IN (moved)
    UNION ALL SELECT toString(service) FROM failure_evidence WHERE record = 'incident' AND record_id IN (moved)
)
WHERE service != ''
ORDER BY name;
