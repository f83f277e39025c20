-- Objects that a person called done in a video before every view was annotated.
create table done_early (
    object      integer not null references objects (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    primary key (object, side)
) strict, without rowid;

-- The frames of a video that somebody looked at, as text of domain::Looked.
create table looked_frames (
    session     text not null references sessions (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    frames      text not null,
    primary key (session, side)
) strict, without rowid;
