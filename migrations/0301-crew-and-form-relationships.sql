-- Two more kinds of legitimate relationship: an ambulance crew on scene, and
-- having written a plan or form about the person.
alter table access.relationship drop constraint relationship_kind_check;
alter table access.relationship add constraint relationship_kind_check
  check (kind in ('registration', 'admission', 'attendance', 'referral', 'appointment', 'caseload', 'care-team', 'crew', 'form-written'));
