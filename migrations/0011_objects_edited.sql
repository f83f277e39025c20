-- A colour chosen by a person, 0 to 9; null follows the place in the list.
alter table objects add column colour integer;
-- A removed object stays, so that the removal can be undone: its label and index are kept here and free for others.
alter table objects add column removed_label text;
alter table objects add column removed_multiplicity integer;

-- `prompt_events` also holds what was done to objects (JSON of domain::ObjectAction): swap, merge, split, removal.

-- The masks that a merge gave to another object, so that they find back.
create table merged_masks (
    session     text not null references sessions (id) on delete cascade,
    seq         integer not null,
    run         integer not null references mask_runs (id) on delete cascade,
    frame       integer not null,
    primary key (session, seq, run, frame)
) strict, without rowid;
create index merged_masks_of_run on merged_masks (run);

-- The same for the approvals that a merge moved.
create table merged_approvals (
    session     text not null references sessions (id) on delete cascade,
    seq         integer not null,
    side        integer not null,
    frame       integer not null,
    primary key (session, seq, side, frame)
) strict, without rowid;
