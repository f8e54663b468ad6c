-- What was destroyed at the end of its retention is asked for by every check of the log.
create index entry_destructions on audit.entry (recorded) where action = 'log-destroy';
