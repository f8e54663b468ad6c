-- A doubt is between two source patients. Named by a person it was lost as soon
-- as that person's source patients were linked to another one; so it follows
-- every relink without a write.
alter table identity.review add column other_source_patient_id uuid;
update identity.review r set other_source_patient_id = (
  select min(l.source_patient_id::text)::uuid from identity.link l where l.person_id = r.other_person_id and l.source_patient_id <> r.source_patient_id);
delete from identity.review where other_source_patient_id is null;
alter table identity.review drop constraint review_pkey;
alter table identity.review drop column other_person_id;
alter table identity.review add primary key (source_patient_id, other_source_patient_id);
create index review_by_other on identity.review (other_source_patient_id);
