-- The services that are known: configured, deployed, or named by an incident; with their team, products, repositories, and
-- the environments that they were deployed to.
SELECT
    name AS service,
    toString(max(service_team)) AS team,
    arraySort(arrayMap(x -> toString(x), groupUniqArrayArray(in_products))) AS products,
    arraySort(arrayFilter(x -> x != '', groupUniqArrayArray(in_repos))) AS repos,
    arraySort(groupUniqArrayArray(places)) AS environments -- (name, kind)
FROM
(
    SELECT toString(service) AS name, team AS service_team, products AS in_products, CAST([], 'Array(String)') AS in_repos, CAST([], 'Array(Tuple(String, String))') AS places
    FROM org_services
    UNION ALL
    SELECT toString(service), '', [], groupUniqArray(toString(repo)), [] FROM org_repos GROUP BY service
    UNION ALL
    SELECT toString(service), '', [], groupUniqArray(toString(repo)), groupUniqArray((toString(environment), toString(kind))) FROM deployment_facts GROUP BY service
    UNION ALL
    SELECT DISTINCT arrayJoin(services), '', [], [], [] FROM incident_facts
)
WHERE name != ''
GROUP BY name
ORDER BY name
