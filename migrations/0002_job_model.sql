-- The model that a job ran last; null for a job that runs no model or has not begun.
alter table jobs add column model_name text;
alter table jobs add column model_hash text;
