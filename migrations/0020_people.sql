-- People are never removed, so that what they did keeps their name.
create table people (
    id          integer primary key autoincrement,
    name        text not null unique collate nocase,
    role        text not null,
    password    text,                       -- argon2's own text form; null until one is chosen
    disabled    integer not null default 0 check (disabled in (0, 1)),
    seen_at     text,
    created_at  text not null
) strict;

-- Whoever sits at a machine that asks nobody to sign in.
insert into people (id, name, role, created_at)
values (0, 'local', 'lead', strftime('%Y-%m-%dT%H:%M:%fZ'));

-- A browser in which somebody is signed in. What the browser holds is not stored, only its SHA-256.
create table sign_ins (
    token_hash  blob primary key,
    person      integer not null references people (id),
    created_at  text not null,
    expires_at  text not null
) strict, without rowid;
create index sign_ins_of_person on sign_ins (person);

-- One-time links with which a password is chosen; without a person, the first lead makes an account.
create table password_links (
    token_hash  blob primary key,
    person      integer references people (id),
    expires_at  text not null
) strict, without rowid;
