"""Row-level security, same-program keys, append-only updates and program files."""

from django.db import migrations

from scsc.programs.operations import AppendOnly, ProtectByParent, ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("workplan", "0001_initial"), ("documents", "0002_tenancy")]

    operations = [
        ProtectTenant("programyear"),
        ProtectTenant("ambition"),
        ProtectTenant("outcome"),
        ProtectTenant("action"),
        ProtectTenant("dependency"),
        ProtectTenant("deliverable"),
        ProtectTenant("progressupdate"),
        ProtectTenant("evidence"),
        ProtectTenant("programfile"),
        ProtectByParent("actionuserobjectpermission", parent="content_object"),
        AppendOnly("progressupdate"),
        AppendOnly("programfile"),
    ]
