-- Who is who. Accounts are logins and e-mail addresses, in lower case.

-- The vendors' groups (GitHub teams, Jira groups) whose members belong to a team, as `memberships` names them.
ALTER TABLE org_teams ADD COLUMN IF NOT EXISTS `groups` Array(String);

-- Which accounts are one person. The configured aliases say so; else an e-mail address belongs to the login that last
-- wrote a commit under it, where the code host knows the login; else an account is a person of its own. A person is a bot
-- when one of the accounts is configured as one or is called so (`[bot]` at its end, as code hosts do).
CREATE VIEW IF NOT EXISTS accounts AS
WITH
    written AS (SELECT lower(author_email) AS email, lower(argMax(author, (authored_at, author))) AS login FROM commits FINAL WHERE author_email != '' AND author != '' GROUP BY email),
    seen AS
    (
        SELECT account FROM org_accounts
        UNION DISTINCT SELECT email FROM written
        UNION DISTINCT SELECT login FROM written
        UNION DISTINCT SELECT lower(account) FROM memberships FINAL
        UNION DISTINCT SELECT lower(arrayJoin(members)) FROM org_teams
    ),
    joined AS
    (
        SELECT s.account AS account,
            multiIf(own.person != '', own.person, other.person != '', other.person, w.login != '', w.login, s.account) AS person,
            own.bot OR other.bot OR endsWith(s.account, '[bot]') OR endsWith(w.login, '[bot]') AS bot
        FROM seen AS s
        LEFT JOIN written AS w ON w.email = s.account
        LEFT JOIN org_accounts AS own ON own.account = s.account
        LEFT JOIN org_accounts AS other ON other.account = w.login
    )
SELECT account, person, max(bot) OVER (PARTITION BY person) AS bot FROM joined;

-- The people of each team, by configuration and by the vendors' groups. Only ever counted.
CREATE VIEW IF NOT EXISTS team_people AS
SELECT DISTINCT m.team AS team, if(a.person != '', a.person, m.account) AS person
FROM
(
    SELECT team, lower(arrayJoin(members)) AS account FROM org_teams
    UNION ALL
    SELECT t.team, lower(g.account) FROM (SELECT team, arrayJoin(`groups`) AS `group` FROM org_teams) AS t
    INNER JOIN (SELECT `group`, account FROM memberships FINAL) AS g ON g.`group` = t.`group`
) AS m
LEFT JOIN accounts AS a ON a.account = m.account
WHERE NOT a.bot;
