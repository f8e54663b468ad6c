-- When a former identity is sealed, what sources of the present one still said of it goes.
grant delete on identity.said_before to kmcr_intake;
