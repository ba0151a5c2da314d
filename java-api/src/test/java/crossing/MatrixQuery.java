package crossing;

/** The queries of the byte matrix, over a CSV file t(a, b) and the Parquet files p and u. */
enum MatrixQuery {
  CSV_FILTER("SELECT a, b FROM t WHERE a > 1"),
  PARQUET_FILTER("SELECT a + 1 AS x FROM p WHERE a > 1 AND b <> 'z'"),
  AGGREGATE_SORTED(
      "SELECT b, sum(a) AS s, count(*) AS n, avg(f) AS f FROM p GROUP BY b ORDER BY b"),
  GROUPING_SETS("SELECT b, count(*) AS n FROM p GROUP BY ROLLUP (b) ORDER BY b NULLS FIRST, n"),
  HAVING("SELECT b FROM p GROUP BY b HAVING count(*) FILTER (WHERE a > 1) > 0 ORDER BY b DESC"),
  DISTINCT("SELECT count(DISTINCT b) AS n FROM p"),
  INNER_JOIN("SELECT p.a, t.b, u.c FROM p JOIN t ON p.a = t.a JOIN u ON u.b = p.b ORDER BY 1, 3"),
  OUTER_JOIN("SELECT p.a, u.c FROM p FULL JOIN u ON p.b = u.b AND u.c > 10 ORDER BY 1, 2"),
  NESTED_LOOP_JOIN("SELECT p.a, t.a AS d FROM p JOIN t ON p.a < t.a ORDER BY 1, 2"),
  SEMI_JOIN("SELECT a FROM p LEFT SEMI JOIN u ON u.b = p.b ORDER BY a"),
  ANTI_JOIN("SELECT a FROM p LEFT ANTI JOIN u ON u.b = p.b ORDER BY a"),
  EXISTS("SELECT a FROM p WHERE EXISTS (SELECT 1 FROM u WHERE u.b = p.b) ORDER BY a"),
  NOT_IN("SELECT a FROM p WHERE b NOT IN (SELECT b FROM u WHERE b IS NOT NULL) ORDER BY a"),
  SCALAR_SUBQUERY("SELECT a FROM p WHERE a > (SELECT avg(a) FROM p) ORDER BY a"),
  RANKS(
      "SELECT a, row_number() OVER (PARTITION BY b ORDER BY a) AS r, lag(a) OVER (ORDER BY a) AS l"
          + " FROM p ORDER BY a"),
  FRAMES(
      "SELECT a, sum(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s,"
          + " max(f) OVER (PARTITION BY b) AS m FROM p ORDER BY a"),
  UNION("SELECT a FROM p UNION ALL SELECT a FROM t ORDER BY a"),
  VALUES("SELECT * FROM (VALUES (1, 'x'), (2, NULL)) AS v(n, s) ORDER BY n"),
  LIMIT("SELECT a FROM p ORDER BY a DESC LIMIT 2 OFFSET 1"),
  EXPRESSIONS(
      "SELECT CASE WHEN a % 2 = 0 THEN upper(b) ELSE b || '!' END AS c, CAST(f AS DECIMAL(9, 2))"
          + " AS d, b LIKE 'x%' AS l, a BETWEEN 2 AND 3 AS w, a IN (1, 4) AS i FROM p ORDER BY a"),
  DATES(
      "SELECT DATE '1998-12-01' - INTERVAL '90' DAY AS d, date_trunc('month', now()) > now() AS n"),
  UNNEST("SELECT unnest(l) AS e FROM u ORDER BY e"),
  LAMBDA("SELECT array_transform(l, x -> x + 1) AS l FROM u ORDER BY c");

  final String sql;

  MatrixQuery(String sql) {
    this.sql = sql;
  }
}
