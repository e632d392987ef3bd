-- The statuses that tickets have or had, each with its tracker's own category. Trackers let projects use one name in
-- several categories: then the one that most projects have counts.
SELECT s.name AS name, c.category AS category
FROM
(
    SELECT status AS name FROM tickets WHERE status != '' GROUP BY name
    UNION DISTINCT SELECT `to` FROM transitions WHERE field = 'status' AND `to` != '' GROUP BY `to`
    UNION DISTINCT SELECT `from` FROM transitions WHERE field = 'status' AND `from` != '' GROUP BY `from`
) AS s
LEFT JOIN
(
    SELECT name, argMax(category, (n, category)) AS category
    FROM (SELECT name, toString(category) AS category, count() AS n FROM statuses FINAL WHERE category != '' GROUP BY name, category)
    GROUP BY name
) AS c ON s.name = c.name
ORDER BY name;
