-- The handoffs behind the figures: those of items done in the window, those of open items that still wait, or both. The
-- longest wait comes first.
-- Unit: milliseconds.
-- Left out: as in handoffs.sql.

SELECT id, place, toString(from_group) AS from_name, toString(to_group) AS to_name, toString(waited_for) AS reason_name, began_at, received, wait, is_open, returned, rank
FROM
(
    SELECT
        item AS id,
        n AS place,
        if({between:String} = 'teams', from_team, if({between:String} = 'roles', from_role, from_owner)) AS from_group,
        if({between:String} = 'teams', to_team, if({between:String} = 'roles', to_role, to_owner)) AS to_group,
        reason AS waited_for,
        at AS began_at,
        received_at AS received,
        if(status = 'open', NULL, if({clock:String} = 'working', wait_working_ms, wait_ms)) AS wait,
        toBool(status = 'open') AS is_open,
        `return` AS returned,
        -- Among themselves, open ones are ranked by when they began, which does not move while pages are read.
        multiIf(
            status != 'open', ifNull(wait, -1),
            {which:String} = 'open', -toUnixTimestamp64Milli(at),
            toUnixTimestamp64Milli({now:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(at)) AS rank
    FROM stream_handoffs
    WHERE stream = {stream:String}
      AND ({which:String} != 'done' AND status = 'open' AND received_at IS NULL
        OR {which:String} != 'open' AND status = 'done' AND done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')}
          AND ({clock:String} != 'working' OR clocked))
      AND if({between:String} = 'groups', true, from_group != to_group)
      AND ({from_any:Bool} OR from_group = {from_group:String})
      AND ({to_any:Bool} OR to_group = {to_group:String})
      AND ({reason:String} = '' OR reason = {reason:String})
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
      AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
      AND (empty({teams:Array(String)}) OR item_team IN {teams:Array(String)})
      AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
)
WHERE true
  -- From here on: the page.
  AND (rank < {after_rank:Int64} OR rank = {after_rank:Int64} AND (id, place) > ({after_item:String}, {after_n:UInt32}))
ORDER BY rank DESC, id, place
LIMIT {limit:UInt64};

-- What the items are.
SELECT item AS id, title AS item_title, url AS link
FROM stream_items
WHERE stream = {stream:String} AND item IN {items:Array(String)};
