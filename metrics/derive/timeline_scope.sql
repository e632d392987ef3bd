-- Which tickets and changes have other timelines than before: those of which something arrived, or whose deliveries were
-- derived again, and what they are tied to. Live tables have their plain names.
INSERT INTO {touched_tickets:Identifier} (key)
WITH arrived AS
(
    SELECT key FROM tickets WHERE arrival > {tickets:UInt64}
    UNION DISTINCT SELECT ticket FROM transitions WHERE arrival > {transitions:UInt64}
    UNION DISTINCT SELECT arrayJoin(if(kind = 'remote', [ticket], [ticket, target])) FROM ticket_links WHERE arrival > {ticket_links:UInt64}
)
SELECT key FROM arrived
UNION DISTINCT
SELECT ticket FROM ticket_links WHERE target IN (SELECT key FROM arrived) AND kind = 'is_blocked_by'
UNION DISTINCT
SELECT target FROM ticket_links WHERE ticket IN (SELECT key FROM arrived) AND kind = 'blocks';

INSERT INTO {touched_changes:Identifier} (repo, change)
WITH altered_repos AS
(
    SELECT repo FROM (SELECT repo, service, team FROM stream_repos EXCEPT SELECT repo, service, team FROM {stream_repos:Identifier})
    UNION DISTINCT
    SELECT repo FROM (SELECT repo, service, team FROM {stream_repos:Identifier} EXCEPT SELECT repo, service, team FROM stream_repos)
),
derived AS
(
    SELECT toString(repo) AS repo, change FROM {scope_changes:Identifier}
    UNION DISTINCT SELECT toString(repo), id FROM {changes:Identifier} WHERE repo IN {wholly:Array(String)}
    UNION DISTINCT SELECT toString(repo), id FROM changes WHERE repo IN {wholly:Array(String)}
)
SELECT repo, change FROM derived
UNION DISTINCT SELECT toString(repo), target FROM {change_fixes:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM derived)
UNION DISTINCT SELECT toString(repo), target FROM change_fixes WHERE (repo, change) IN (SELECT repo, change FROM derived)
UNION DISTINCT SELECT toString(repo), change FROM {stale_deliveries:Identifier} WHERE environment = ''
UNION DISTINCT SELECT toString(repo), change FROM {open_deliveries:Identifier} WHERE environment = ''
UNION DISTINCT SELECT toString(repo), change FROM {deliveries:Identifier} WHERE environment = '' AND service IN {altered:Array(String)}
UNION DISTINCT SELECT toString(repo), change FROM deliveries WHERE environment = '' AND service IN {altered:Array(String)}
UNION DISTINCT SELECT toString(repo), change FROM {deliveries:Identifier}
    WHERE environment = '' AND (service, deployment_environment, deployment_id) IN (SELECT service, environment, id FROM deployments WHERE arrival > {deployments:UInt64})
UNION DISTINCT SELECT toString(repo), concat(repo, '#', toString(number)) FROM pull_requests WHERE arrival > {pull_requests:UInt64}
UNION DISTINCT SELECT toString(repo), concat(repo, '#', toString(pull_request)) FROM reviews WHERE arrival > {reviews:UInt64}
UNION DISTINCT SELECT toString(repo), change FROM {change_tickets:Identifier} WHERE key IN (SELECT key FROM {touched_tickets:Identifier})
UNION DISTINCT SELECT toString(repo), change FROM change_tickets WHERE key IN (SELECT key FROM {touched_tickets:Identifier})
UNION DISTINCT SELECT repo, concat(repo, '#', toString(number)) FROM {open_pulls:Identifier} WHERE key IN (SELECT key FROM {touched_tickets:Identifier})
-- What a ticket had, and may not have any more: a remote link can go without anything else.
UNION DISTINCT SELECT splitByRegexp('[#@]', its_change)[1], its_change FROM stream_items ARRAY JOIN changes AS its_change WHERE kind = 'ticket' AND item IN (SELECT key FROM {touched_tickets:Identifier})
-- A repository that belongs to another team, or to other services, than before.
UNION DISTINCT SELECT toString(repo), id FROM {changes:Identifier} WHERE repo IN (SELECT repo FROM altered_repos)
UNION DISTINCT SELECT repo, concat(repo, '#', toString(number)) FROM {open_pulls:Identifier} WHERE repo IN (SELECT repo FROM altered_repos);

-- A ticket may have, or have had, the name of a change.
INSERT INTO {touched_changes:Identifier} (repo, change)
SELECT splitByChar('#', key)[1], key FROM {touched_tickets:Identifier} WHERE position(key, '#') > 0;

INSERT INTO {touched_tickets:Identifier} (key)
SELECT key FROM {change_tickets:Identifier} WHERE (repo, change) IN (SELECT repo, change FROM {touched_changes:Identifier})
UNION DISTINCT SELECT key FROM change_tickets WHERE (repo, change) IN (SELECT repo, change FROM {touched_changes:Identifier})
UNION DISTINCT SELECT key FROM {open_pulls:Identifier} WHERE key != '' AND (repo, concat(repo, '#', toString(number))) IN (SELECT repo, change FROM {touched_changes:Identifier})
-- A pull request that was open when it was last looked at names its tickets in the facts only.
UNION DISTINCT SELECT item FROM stream_items ARRAY JOIN changes AS its_change WHERE kind = 'ticket' AND its_change IN (SELECT change FROM {touched_changes:Identifier});

-- Incidents are few, so theirs are always derived whole. (One deletion a table: the engine takes half a second before a second one.)
DELETE FROM {stream_items:Identifier} WHERE stream = {incidents:String} OR item IN (SELECT key FROM {touched_tickets:Identifier} UNION ALL SELECT arrayJoin([change, replaceOne(change, '#', '!')]) FROM {touched_changes:Identifier});
DELETE FROM {stream_intervals:Identifier} WHERE stream = {incidents:String} OR item IN (SELECT key FROM {touched_tickets:Identifier} UNION ALL SELECT arrayJoin([change, replaceOne(change, '#', '!')]) FROM {touched_changes:Identifier});
DELETE FROM {stream_visits:Identifier} WHERE stream = {incidents:String} OR item IN (SELECT key FROM {touched_tickets:Identifier} UNION ALL SELECT arrayJoin([change, replaceOne(change, '#', '!')]) FROM {touched_changes:Identifier});
DELETE FROM {stream_handoffs:Identifier} WHERE stream = {incidents:String} OR item IN (SELECT key FROM {touched_tickets:Identifier} UNION ALL SELECT arrayJoin([change, replaceOne(change, '#', '!')]) FROM {touched_changes:Identifier});
