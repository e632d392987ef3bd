-- Every name that a filter can ask for, by its dimension.
SELECT 'service' AS dimension, toString(name) AS name
FROM
(
    SELECT service AS name FROM deployment_facts
    UNION DISTINCT SELECT arrayJoin(services) FROM incident_facts
    UNION DISTINCT SELECT service FROM org_services
)
UNION ALL
SELECT 'repo', toString(name)
FROM
(
    SELECT repo AS name FROM changes
    UNION DISTINCT SELECT repo FROM deployment_facts
    UNION DISTINCT SELECT repo FROM org_repos
)
UNION ALL
SELECT 'team', toString(name) FROM (SELECT team AS name FROM org_teams UNION DISTINCT SELECT team FROM org_services)
UNION ALL
SELECT 'product', toString(name) FROM (SELECT DISTINCT arrayJoin(products) AS name FROM org_services)
UNION ALL
SELECT DISTINCT 'environment', toString(environment) FROM deployment_facts
