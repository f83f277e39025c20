-- The events that count, without going through the long ones: what a person drew can take a megabyte.
create index prompt_events_in_order on prompt_events (session, state, seq);
