-- The configured teams with their roles, and how many people belong to each: one person with several accounts counts once,
-- bots do not count. 0: nobody is known to belong to it.
SELECT toString(t.team) AS team, toString(t.role) AS role, p.people AS people
FROM org_teams AS t
LEFT JOIN (SELECT team, uniqExact(person) AS people FROM team_people GROUP BY team) AS p ON p.team = t.team
ORDER BY team
