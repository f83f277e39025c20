-- What reviewers say about a session as a whole; a row is there once anything of it was judged or commented on.
create table reviews (
    session         text primary key references sessions (id) on delete cascade,
    reviewer        text not null default '',   -- as the files name them
    comment         text not null default '',
    comment_person  integer references people (id),
    comment_at      text,
    -- Whoever changed anything of the review last.
    person          integer references people (id),
    at              text not null
) strict, without rowid;
create index reviews_of_person on reviews (person, at);

-- What they say about each object.
create table object_reviews (
    object      integer primary key references objects (id) on delete cascade,
    verdict     text,                           -- word of domain::Verdict; null: not judged
    comment     text not null default '',
    person      integer references people (id),
    at          text not null
) strict;

-- What was sent back. Finished by the next offline job; goes when the object is judged again.
create table reannotations (
    object      integer not null references objects (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    views       integer not null,
    -- The session's last prompt event at that time: what comes later counts.
    since       integer not null,
    person      integer references people (id),
    at          text not null,
    finished_at text,
    primary key (object, side)
) strict, without rowid;
