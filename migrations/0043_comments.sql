-- Conversations about a session, each pinned to a frame and, where given, to an object and a place in the picture.
create table threads (
    id          integer primary key autoincrement,
    session     text not null references sessions (id) on delete cascade,
    object      integer references objects (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    frame       integer not null,
    x           real,                       -- in pixels of the source frame
    y           real,
    resolved_by integer references people (id),
    resolved_at text,
    check ((x is null) = (y is null) and (resolved_by is null) = (resolved_at is null))
) strict;
create index threads_of_session on threads (session, id);
create index threads_of_object on threads (object);

create table comments (
    id          integer primary key autoincrement,
    thread      integer not null references threads (id) on delete cascade,
    person      integer not null references people (id),
    at          text not null,
    text        text not null
) strict;
create index comments_of_thread on comments (thread, id);
