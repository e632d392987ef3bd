-- Handoffs: the transfers of work from one group to another, of the items of a stream that were done in the window, and how
-- long each receiver let them wait: from the change of owner to the receiver's first activity, or to the receiver's own
-- release if it never became active. Beside them those of open items whose receivers still wait to begin.
-- Unit: milliseconds.
-- Left out: handoffs of excluded items and, on the working clock, of items whose working time is not known. Between teams the
-- handoffs within a team do not count, nor between roles those within a role, nor where neither side is known.

-- By pair, and by what was waited for.
SELECT
    toBool(grouping(waited_for) = 0) AS of_reason,
    toString(from_group) AS from_name,
    toString(to_group) AS to_name,
    toString(waited_for) AS reason_name,
    crosses,
    countIf(NOT is_open) AS n,
    count(wait) AS waited,
    quantilesExactInclusive(0.5, 0.75, 0.85, 0.9, 0.95)(wait) AS levels,
    avg(wait) AS mean,
    sum(wait) AS total,
    countIf(NOT is_open AND returned) AS returns,
    countIf(is_open) AS still
FROM
(
    SELECT
        if({between:String} = 'teams', from_team, if({between:String} = 'roles', from_role, from_owner)) AS from_group,
        if({between:String} = 'teams', to_team, if({between:String} = 'roles', to_role, to_owner)) AS to_group,
        if({between:String} = 'groups', true, from_group != to_group) AS crosses,
        reason AS waited_for,
        status = 'open' AS is_open,
        `return` AS returned,
        if(status = 'open', NULL, if({clock:String} = 'working', wait_working_ms, wait_ms)) AS wait
    FROM stream_handoffs
    WHERE stream = {stream:String}
      AND (status = 'open' AND received_at IS NULL
        OR status = 'done' AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
          AND ({clock:String} != 'working' OR clocked))
      AND ({from_any:Bool} OR from_group = {from_group:String})
      AND ({to_any:Bool} OR to_group = {to_group:String})
      AND ({reason:String} = '' OR reason = {reason:String})
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
GROUP BY GROUPING SETS ((from_group, to_group, crosses), (waited_for, crosses));

-- The items that were done, and their whole lead time.
SELECT count() AS n, sum(if({clock:String} = 'working', lead_working_ms, lead_ms)) AS lead
FROM stream_items
WHERE stream = {stream:String}
  AND status = 'done' AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
  AND if({clock:String} = 'working', lead_working_ms, lead_ms) IS NOT NULL
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}));

-- The names that can be asked for, of handoffs at any time.
SELECT DISTINCT 'group' AS dimension, toString(if({between:String} = 'teams', from_team, if({between:String} = 'roles', from_role, from_owner))) AS name
FROM stream_handoffs WHERE stream = {stream:String}
UNION DISTINCT
SELECT DISTINCT 'group', toString(if({between:String} = 'teams', to_team, if({between:String} = 'roles', to_role, to_owner)))
FROM stream_handoffs WHERE stream = {stream:String}
UNION DISTINCT
SELECT DISTINCT 'reason', toString(reason) FROM stream_handoffs WHERE stream = {stream:String};
