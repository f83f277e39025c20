-- Jobs of one kind wait in the order of `place`, then of `id`.
alter table jobs add column place integer not null default 0;
-- When it began, for the last time if it was cut off; `updated_at` is when it ended.
alter table jobs add column started_at text;

-- What kind of line it is, in a form that can be counted: `status reviewed`, `edit done click`, `job failed`.
alter table history add column kind text generated always as (
    (change ->> '$.change') || case change ->> '$.change'
        when 'status' then ' ' || (change ->> '$.to')
        when 'job' then ' ' || (change ->> '$.state')
        when 'edit' then ' ' || (change ->> '$.step') || ' ' || (change ->> '$.what')
        else '' end) virtual;

-- Seconds since the same person did the thing before in the same session; null for the first, and for the server itself.
alter table history add column pause real;
update history set pause = paused.pause
from (select id, round((julianday(at) - julianday(lag(at) over (partition by person, session order by id))) * 86400, 3)
             as pause
      from history where person is not null) as paused
where paused.id = history.id;

create index history_of_person on history (person, session, id, at, pause);
create index history_by_kind on history (kind, at, session, person);
create index history_of_statuses on history (session, id, at, kind) where kind >= 'status ' and kind < 'status!';
create index history_of_prompts on history (session, object, person, at)
    where kind in ('edit done click', 'edit done box', 'edit done drawn mask');
