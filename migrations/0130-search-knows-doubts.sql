-- A person is protected as well by a record that is held apart and may be theirs:
-- find-a-person must know of open doubts, and of nothing else in them.
grant select (source_patient_id, other_source_patient_id, state) on identity.review to kmcr_search;
