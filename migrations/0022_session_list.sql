-- A deleted session stays for a week, so that it can be brought back.
alter table sessions add column deleted_at text;
-- Whether a reviewer sent it back since it was last found good.
alter table sessions add column sent_back integer not null default 0 check (sent_back in (0, 1));
-- What a search looks into, in lower case: name, scene type, names of the files.
alter table sessions add column search text not null default '';
update sessions set search = lower(id || ' ' || scene_type || ' ' || coalesce(
    (select group_concat(file_name, ' ') from videos where session = sessions.id), ''));

create index sessions_by_change on sessions (updated_at desc, id);
