-- Approving masks, and taking that back, is an entry of `prompt_events` (JSON of domain::ObjectAction) that can be undone and
-- redone. This holds the approved masks of its frames before it and after it.
create table approval_changes (
    session     text not null references sessions (id) on delete cascade,
    seq         integer not null,           -- of the entry
    after       integer not null check (after in (0, 1)),
    frame       integer not null,
    height      integer not null,
    width       integer not null,
    counts      blob not null,              -- COCO's compressed run lengths
    primary key (session, seq, after, frame)
) strict, without rowid;
