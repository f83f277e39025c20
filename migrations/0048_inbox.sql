-- How far each person has read their inbox: an id of the history.
create table inbox_read (
    person      integer primary key references people (id),
    up_to       integer not null
) strict;

-- The lines that can be news for somebody.
create index history_of_news on history (id, kind)
    where kind in ('annotator_set', 'reviewer_set', 'sent_back', 'commented', 'job failed');
