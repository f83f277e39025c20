-- Times are RFC 3339, UTC. A side is 1 or 2. A frame is a row of the 30-fps timeline, from 0.

create table sessions (
    id          text primary key,
    scene_type  text not null,
    status      text not null,
    -- The last `seq` given to a prompt event; never goes back, also when events are removed with their object.
    prompt_seq  integer not null default 0,
    created_at  text not null,
    updated_at  text not null
) strict;

create table videos (
    session     text not null references sessions (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    file_name   text not null,
    ingest      text not null,              -- JSON of domain::IngestState
    width       integer not null default 0,
    height      integer not null default 0,
    frames      integer not null default 0,
    primary key (session, side)
) strict, without rowid;

create table frame_tables (
    session     text not null,
    side        integer not null,
    time_num    integer not null,           -- time base, seconds per unit of pts
    time_den    integer not null,
    rows        blob not null,              -- per row: source frame (u32), pts (i64), little-endian
    primary key (session, side),
    foreign key (session, side) references videos (session, side) on delete cascade
) strict;

-- The position of an object is its rank by id, so that it has no column and no gap.
create table objects (
    id            integer primary key autoincrement,
    session       text not null references sessions (id) on delete cascade,
    label         text not null,
    multiplicity  integer not null,
    in_video1     integer not null check (in_video1 in (0, 1)),
    in_video2     integer not null check (in_video2 in (0, 1)),
    views         integer not null,
    deformability text not null,
    change_type   text not null,
    unique (session, label, multiplicity)
) strict;
create index objects_of_session on objects (session, id);

create table prompt_events (
    session     text not null references sessions (id) on delete cascade,
    seq         integer not null,
    object      integer not null references objects (id) on delete cascade,
    side        integer not null check (side in (1, 2)),
    frame       integer not null,
    action      text not null,              -- JSON of domain::PromptAction
    -- `undone` can be redone; `discarded` was undone when a new event came, and stays as history.
    state       text not null default 'live' check (state in ('live', 'undone', 'discarded')),
    created_at  text not null,
    primary key (session, seq)
) strict;
create index prompt_events_of_object on prompt_events (object);

-- No foreign key to sessions: the record of a failed ingest outlives its session.
create table jobs (
    id          integer primary key autoincrement,
    session     text not null,
    kind        text not null,
    state       text not null,
    done        integer not null default 0,
    total       integer not null default 0,
    fps         real not null default 0,
    stage       text not null default '',
    error       text,
    created_at  text not null,
    updated_at  text not null
) strict;
create index jobs_of_session on jobs (session, id);
create unique index one_active_job_per_session on jobs (session) where state in ('queued', 'running');

-- One pass of the model over one video. The run that is shown is the finished one, else the newest.
create table mask_runs (
    id            integer primary key autoincrement,
    session       text not null references sessions (id) on delete cascade,
    side          integer not null check (side in (1, 2)),
    job           integer not null,
    plan          blob not null,            -- what is tracked, as it was when the run began
    tracker_state blob,                     -- what the tracker needs to go on behind the last chunk
    finished      integer not null default 0 check (finished in (0, 1)),
    unique (session, side, job)
) strict;

create table masks (
    run         integer not null references mask_runs (id) on delete cascade,
    frame       integer not null,
    object      integer not null references objects (id) on delete cascade,
    score       real not null,
    height      integer not null,
    width       integer not null,
    counts      blob not null,              -- COCO's compressed run lengths
    primary key (run, frame, object)
) strict;
create index masks_of_object on masks (object);
