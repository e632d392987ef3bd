-- The trend of handoffs: how many there were, and how long their receivers let them wait, by when the items were done.
-- Unit: milliseconds.
-- Left out: as in handoffs.sql, and what still waits.

SELECT
    if({every:String} = 'day', toDate(assumeNotNull(ended_at), {tz:String}),
        if({every:String} = 'week', toMonday(assumeNotNull(ended_at), {tz:String}),
        if({every:String} = 'month', toStartOfMonth(assumeNotNull(ended_at), {tz:String}),
        toStartOfQuarter(assumeNotNull(ended_at), {tz:String})))) AS bucket,
    count() AS n,
    count(wait) AS waited,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(wait) AS levels,
    avg(wait) AS mean
FROM
(
    SELECT
        if({between:String} = 'teams', from_team, if({between:String} = 'roles', from_role, from_owner)) AS from_group,
        if({between:String} = 'teams', to_team, if({between:String} = 'roles', to_role, to_owner)) AS to_group,
        done_at AS ended_at,
        if({clock:String} = 'working', wait_working_ms, wait_ms) AS wait
    FROM stream_handoffs
    WHERE stream = {stream:String}
      AND status = 'done' AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
      AND ({clock:String} != 'working' OR clocked)
      AND if({between:String} = 'groups', true, from_group != to_group)
      AND ({from_any:Bool} OR from_group = {from_group:String})
      AND ({to_any:Bool} OR to_group = {to_group:String})
      AND ({reason:String} = '' OR reason = {reason:String})
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
GROUP BY bucket;
