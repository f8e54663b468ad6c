-- When a link carried a row here: from then on it holds for this person, whenever it was decided for the other.
alter table objections.objection add column carried_at timestamptz;
