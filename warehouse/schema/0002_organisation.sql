-- The organisation: what the configuration adds to the records. Replaced whole when the configuration changes; without a
-- configuration these tables are empty and everything still works.

-- Who owns a service, and which products it belongs to.
CREATE TABLE IF NOT EXISTS org_services
(
    `service` LowCardinality(String),
    `team` LowCardinality(String),
    `products` Array(LowCardinality(String))
)
ENGINE = MergeTree
ORDER BY service;

-- Which repositories a service is made from, where its deployments do not say it.
CREATE TABLE IF NOT EXISTS org_repos
(
    `service` LowCardinality(String),
    `repo` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (service, repo);

-- What kind an environment is, where its name and its deployments do not say it. An empty service means every service.
CREATE TABLE IF NOT EXISTS org_environments
(
    `service` LowCardinality(String),
    `environment` LowCardinality(String),
    `kind` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (service, environment);

-- Which accounts (logins, e-mail addresses, in lower case) belong to one person, and which of them are bots.
CREATE TABLE IF NOT EXISTS org_accounts
(
    `account` String,
    `person` String,
    `bot` Bool
)
ENGINE = MergeTree
ORDER BY account;

-- Teams, their role, and their members' accounts.
CREATE TABLE IF NOT EXISTS org_teams
(
    `team` LowCardinality(String),
    `role` LowCardinality(String),
    `members` Array(String)
)
ENGINE = MergeTree
ORDER BY team;
