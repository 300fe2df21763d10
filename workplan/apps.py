from django.apps import AppConfig


class WorkplanConfig(AppConfig):
    name = "workplan"
    verbose_name = "Work plan"

    def ready(self) -> None:
        from scsc.audit.history import describe
        from scsc.documents.permissions import register_reader
        from scsc.programs import leaving
        from scsc.ui.nav import NavItem, register
        from workplan.permissions import can_read_evidence, can_view_plan
        from workplan.program_files.history import describe_events
        from workplan.services import end_shares, release_actions

        register(NavItem("Work plan", "workplan:matrix", can_view_plan, order=20))
        register_reader(can_read_evidence)
        describe_events()
        describe(
            "workplan.action",
            assign_owner="changed the owner of",
            confirm_years="confirmed the years of",
            override_status="set the status of",
            clear_override="went back to the computed status of",
            share="shared",
            unshare="ended a share of",
        )
        leaving.register(end_shares)
        leaving.register(release_actions)
        describe("workplan.deliverable", add="added deliverable")
        describe("workplan.progressupdate", post="posted the", correct="corrected with the")
        describe(
            "workplan.evidence",
            add="added evidence",
            remove="removed evidence",
            carry_over="kept, with the corrected update, evidence",
        )
