-- Sessions whose masks were made elsewhere and came with the videos, in `segments.pkl` beside them.
create table uploaded_masks (
    session     text primary key references sessions (id) on delete cascade,
    file_name   text not null,              -- on the computer it came from
    -- Whether the videos show the masks already.
    painted     integer not null check (painted in (0, 1))
) strict, without rowid;
