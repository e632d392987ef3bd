-- The items behind the figures of a stream: those done in the window, those open now, those of the window that came back, and
-- those that were left out. With a stage only what was in it (of the open ones: what is in it now; of those that came back:
-- what left it in the window and came back to it). With a reason only what spent time on it or waited for it (of the open
-- ones: what does so now).
-- Unit: milliseconds, on the elapsed or the working clock. The value is the item's lead time, or its time in the stage and for
-- the reason; of an open item how long it has been in its stage, or without one in the stream, which only the elapsed clock knows.
-- Left out: what the question does not ask for.

-- The items. Their time in a stage or for a reason is asked for a page only.
SELECT item AS id, toString(kind) AS item_kind, toString(class) AS item_class, title AS item_title, url AS link, toString(status) AS state,
    toString(team) AS item_team, toString(stage) AS in_stage, toString(owner) AS with_owner, started_at AS start_at, done_at AS end_at,
    multiIf(status != 'open', if({working:Bool}, lead_working_ms, lead_ms),
        {working:Bool}, NULL,
        dateDiff('millisecond', if({stage:String} = '', started_at, ifNull(since_at, started_at)), {now:DateTime64(3, 'UTC')})) AS value,
    if({working:Bool}, active_working_ms, active_ms) AS process,
    if({working:Bool}, waiting_working_ms, waiting_ms) AS waiting,
    returns AS return_n,
    multiIf(status = 'done' AND {working:Bool} AND lead_working_ms IS NULL, 'no calendar says its working time',
        status = 'excluded' AND excluded = '', 'not told why', excluded) AS why,
    -- The order: the newest end first, of open items the oldest first.
    if({kind:String} = 'open', toUnixTimestamp64Milli(if({stage:String} = '', started_at, ifNull(since_at, started_at))),
        -toUnixTimestamp64Milli(ifNull(done_at, started_at))) AS place
FROM stream_items
WHERE stream = {stream:String}
  AND multiIf(
    {kind:String} = 'open', status = 'open' AND started_at <= {now:DateTime64(3, 'UTC')} AND ({stage:String} = '' OR stage = {stage:String}),
    {kind:String} = 'excluded', status = 'excluded' OR status = 'done' AND {working:Bool} AND lead_working_ms IS NULL,
    {kind:String} = 'done' OR {stage:String} = '', status = 'done' AND NOT ({working:Bool} AND lead_working_ms IS NULL) AND ({kind:String} = 'done' OR returns > 0),
    status != 'excluded')
  -- The window: of what came back to a stage it is the exit that counts, of open items nothing.
  AND ({kind:String} = 'open' OR {kind:String} = 'returned' AND {stage:String} != ''
    OR ifNull(done_at, started_at) >= {from:DateTime64(3, 'UTC')} AND ifNull(done_at, started_at) < {to:DateTime64(3, 'UTC')})
  AND ({stage:String} = '' OR {kind:String} = 'open' OR item IN (
    SELECT item
    FROM stream_visits
    WHERE stream = {stream:String} AND stage = {stage:String}
      AND ({kind:String} != 'done' OR done_at >= {from:DateTime64(3, 'UTC')} AND done_at < {to:DateTime64(3, 'UTC')})
      AND ({kind:String} != 'returned' OR forward AND returned
        AND left_at >= {from:DateTime64(3, 'UTC')} AND left_at < {to:DateTime64(3, 'UTC')})))
  AND ({reason:String} = '' OR item IN (
    SELECT item
    FROM stream_intervals
    WHERE stream = {stream:String} AND reason = {reason:String} AND ({stage:String} = '' OR stage = {stage:String})
      AND if({kind:String} = 'open', end_at IS NULL, end_at > start_at)))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
  AND (empty({repos:Array(String)}) OR hasAny(repos, {repos:Array(String)}))
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  -- From here on: the page.
  AND (place, id) > ({after_place:Int64}, {after_id:String})
ORDER BY place, id
LIMIT {limit:UInt64};

-- The time of the items of a page in the stage, for the reason.
SELECT item AS id, sumIf(took, class = 'active') AS process, sumIf(took, class != 'active') AS waiting
FROM
(
    SELECT item, class, if({working:Bool}, ifNull(working_ms, 0), dateDiff('millisecond', start_at, assumeNotNull(end_at))) AS took
    FROM stream_intervals
    WHERE stream = {stream:String} AND item IN {ids:Array(String)} AND end_at IS NOT NULL
      AND ({stage:String} = '' OR stage = {stage:String})
      AND ({reason:String} = '' OR reason = {reason:String})
)
GROUP BY item;
