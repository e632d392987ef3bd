-- Who acts for which team in streams, and which teams are large enough to be shown. {smallest}: people. A team of which no
-- member is known has an unknown size, and is shown.
-- Once: who is in which team is worked out from all commits.
INSERT INTO {members:Identifier} (team, person)
SELECT toString(team), toString(person) FROM team_people;

INSERT INTO {stream_teams:Identifier} (team, shown, role)
SELECT t.team, if(p.people > 0 AND p.people < {smallest:UInt32}, 'other', toString(t.team)), if(t.role = '', 'development', toString(t.role))
FROM org_teams AS t
LEFT JOIN (SELECT team, uniqExact(person) AS people FROM {members:Identifier} GROUP BY team) AS p ON t.team = p.team;

INSERT INTO {stream_people:Identifier} (account, team)
SELECT account, min(team)
FROM
(
    SELECT person AS account, team FROM {members:Identifier}
    UNION ALL
    SELECT toString(a.account), p.team FROM accounts AS a INNER JOIN {members:Identifier} AS p ON a.person = p.person
)
GROUP BY account;

-- Which services are made from which repositories; and the team that a repository belongs to, where all its services are one
-- team's.
INSERT INTO {stream_repos:Identifier} (repo, service, team)
SELECT m.repo, m.service, if(uniqExact(s.team) OVER (PARTITION BY m.repo) = 1, toString(s.team), '')
FROM
(
    SELECT toString(repo) AS repo, toString(service) AS service FROM {resolved_deployments:Identifier} WHERE repo != ''
    UNION DISTINCT SELECT toString(repo), toString(service) FROM org_repos
) AS m
LEFT JOIN (SELECT toString(service) AS service, toString(team) AS team FROM org_services) AS s ON m.service = s.service;
