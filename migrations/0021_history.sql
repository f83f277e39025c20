-- What was done, by whom and when; rows are never changed. Without a person, the server did it by itself.
create table history (
    id       integer primary key autoincrement,
    session  text not null references sessions (id) on delete cascade,
    -- No foreign key: what was done to an object outlives it.
    object   integer,
    person   integer references people (id),
    at       text not null,
    change   text not null                  -- JSON of domain::Change
) strict;
create index history_of_session on history (session, id);

-- Who works on a session; nobody means everybody may.
alter table sessions add column annotator integer references people (id);
alter table sessions add column reviewer integer references people (id);
