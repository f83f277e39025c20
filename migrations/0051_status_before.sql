-- The status that a session had when an offline job was asked for, which it gets back when that is cancelled. Where the job
-- before had failed, the one that it had before that.
alter table jobs add column status_before text;
