-- The mails that are about one reference, for the page of one activity.
CREATE INDEX mail_ref ON mail (ref) WHERE ref != '';
