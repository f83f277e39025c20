-- The clicks of a session after some time, for example after its first offline job.
create index history_of_prompts_in_time on history (session, at)
    where kind in ('edit done click', 'edit done box', 'edit done drawn mask');
