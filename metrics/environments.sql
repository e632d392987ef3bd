-- The environments that the chosen services, repositories, teams and products were deployed to, and their kinds.
SELECT DISTINCT toString(environment) AS environment, toString(kind) AS kind
FROM deployment_facts
WHERE (empty({services:Array(String)}) OR service IN {services:Array(String)})
  AND (empty({repos:Array(String)}) OR repo IN {repos:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
  AND (empty({products:Array(String)}) OR hasAny(products, {products:Array(String)}))
  AND (empty({environments:Array(String)}) OR environment IN {environments:Array(String)})
ORDER BY environment, kind
