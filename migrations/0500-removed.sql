-- What a source took back lately, for the line on the record's pages that says so.
create index resource_history_removed on record.resource_history (source_patient_id, removed) where removed is not null;
