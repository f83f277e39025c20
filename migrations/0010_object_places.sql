-- The position of an object is its rank by `place`, then by `id`; people change the order.
alter table objects add column place integer not null default 0;
update objects set place = id;
