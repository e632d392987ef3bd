-- Those of the services {services} that are made from other repositories than before, run in other production environments,
-- or deliver by ancestry now and by time before (or the other way round): all their deliveries may differ.
-- Reads the facts from before (plain names) and the new ones.
SELECT DISTINCT service AS name
FROM
(
    SELECT service, trait
    FROM
    (
        SELECT 'before' AS side, toString(service) AS service, arrayJoin([('repo', toString(repo)), if(delivers, ('environment', toString(environment)), ('', '')), if(delivers AND graph, ('graph', ''), ('', ''))]) AS trait
        FROM (SELECT service, environment, repo, graph, kind = 'production' AND result = 'success' AND isNotNull(finished_at) AS delivers FROM resolved_deployments WHERE service IN {services:Array(String)})
        UNION DISTINCT
        SELECT 'now', toString(service), arrayJoin([('repo', toString(repo)), if(delivers, ('environment', toString(environment)), ('', '')), if(delivers AND graph, ('graph', ''), ('', ''))])
        FROM (SELECT service, environment, repo, graph, kind = 'production' AND result = 'success' AND isNotNull(finished_at) AS delivers FROM {resolved_deployments:Identifier} WHERE service IN {services:Array(String)})
    )
    GROUP BY service, trait
    HAVING count() = 1
)
ORDER BY name;
