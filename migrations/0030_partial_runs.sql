-- Overlap (IoU) of the masks of both passes, where both came by.
alter table masks add column agreement real;

-- Masks that a person approved: no later run changes them.
create table approved_frames (
    object      integer not null references objects (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    frame       integer not null,
    height      integer not null,
    width       integer not null,
    counts      blob not null,              -- COCO's compressed run lengths
    created_at  text not null,
    primary key (object, side, frame)
) strict, without rowid;
