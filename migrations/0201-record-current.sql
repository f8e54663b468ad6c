-- What is in force now, read whole for the summary: an old repeat medicine must not fall behind 15 newer issues.
create index resource_current on record.resource (source_patient_id, section, sort_time desc nulls last)
  where status in ('active', 'recurrence', 'relapse', 'on-hold', 'intended', 'in-progress', 'arrived', 'triaged', 'onleave', 'planned', 'waitlist', 'booked', 'pending', 'proposed', 'draft', 'accepted');

-- What arrived since somebody last looked.
create index resource_by_arrival on record.resource (source_patient_id, received desc);
