-- The services {direct}, which are touched themselves, and those that an incident ties to them: whether the incident's link
-- to its cause resolves decides which other services it may be attributed to.
WITH
    -- The names of causes are few. So what they may name is filtered by them, not the other way round.
    named AS (SELECT id, caused_by_deployment, caused_by_sha FROM incidents WHERE caused_by_deployment != '' OR caused_by_sha != ''),
    named_deployments AS (SELECT caused_by_deployment FROM named WHERE caused_by_deployment != ''),
    named_changes AS (SELECT caused_by_sha FROM named WHERE caused_by_sha != ''),
    resolving AS
    (
        SELECT incident FROM incident_links WHERE service IN {direct:Array(String)}
        UNION DISTINCT
        SELECT id FROM named WHERE caused_by_deployment IN
        (
            SELECT name FROM deployments ARRAY JOIN [id, concat(service, '/', environment, '/', id)] AS name
            WHERE service IN {direct:Array(String)} AND name IN (named_deployments)
        )
        UNION DISTINCT
        SELECT id FROM named WHERE caused_by_sha IN
        (
            SELECT name FROM commits ARRAY JOIN [sha, concat(toString(repo), '@', sha)] AS name WHERE repo IN {repos:Array(String)} AND name IN (named_changes)
            UNION ALL
            SELECT name FROM pull_requests ARRAY JOIN arrayConcat(commits, [merge_sha, concat(toString(repo), '#', toString(number))]) AS name
            WHERE repo IN {repos:Array(String)} AND name IN (named_changes)
            UNION ALL
            SELECT sha FROM change_commits WHERE sha IN (named_changes) AND repo IN (SELECT repo FROM resolved_deployments WHERE service IN {direct:Array(String)})
            UNION ALL
            SELECT id FROM changes WHERE id IN (named_changes) AND repo IN (SELECT repo FROM resolved_deployments WHERE service IN {direct:Array(String)})
        )
    )
SELECT DISTINCT service AS name
FROM
(
    SELECT arrayJoin({direct:Array(String)}) AS service
    UNION ALL SELECT arrayJoin(services) FROM incidents WHERE id IN (SELECT incident FROM resolving)
    UNION ALL SELECT toString(service) FROM incident_links WHERE incident IN (SELECT incident FROM resolving)
    UNION ALL SELECT toString(service) FROM failure_evidence WHERE record = 'incident' AND record_id IN (SELECT incident FROM resolving)
)
WHERE service != ''
ORDER BY name;
