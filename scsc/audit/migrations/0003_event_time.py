"""The database says when an event happened, so that nobody dates one back."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_event_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER event_time BEFORE INSERT ON audit_auditevent
FOR EACH ROW EXECUTE FUNCTION audit_event_time();
"""
BACKWARD = """
DROP TRIGGER event_time ON audit_auditevent;
DROP FUNCTION audit_event_time();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_tenancy")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
