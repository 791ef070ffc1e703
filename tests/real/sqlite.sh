#!/bin/sh
# SPDX-License-Identifier: MIT
# sqlite.sh - a table of 100,000 rows in memory, an index, joins and sorting
. "$(dirname "$0")/lib.sh"
need sqlite3

cat >"$work/stdin" <<'END'
create table t(id integer primary key, k integer, name text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
	insert into t select i, (i * 7919) % 10007, 'name ' || i from n;
create index t_k on t(k);
select count(*), sum(k), max(length(name)) from t;
select a.id, b.id from t a join t b on a.k = b.k and a.id < b.id order by a.id desc limit 5;
select k, group_concat(id) from t group by k order by count(*) desc, k limit 3;
delete from t where id % 3 = 0;
select count(*) from t;
select no_such_column from t;
END
run_in_both sqlite sqlite3 -batch :memory:
