-- What a list of a ward's or a team's people is made from: which unit, whom the
-- source names, and the labels of the resource that gave rise to the relationship.
-- `null` labels: written before they were kept; such a row stands on no list, since
-- nobody can say whether its reader may see it. A replay of its message fills them.
alter table access.relationship
  add column unit text,
  add column professional text,
  add column labels text[];
-- A list asks for one organisation's open relationships, newest first.
create index relationship_of_organisation on access.relationship (organisation, kind, started desc);
