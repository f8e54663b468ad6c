-- Intake links and unlinks, and an objection must hold on both sides at once.
grant insert on objections.objection to kmcr_intake;
