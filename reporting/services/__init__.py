"""Every write of reports, of their publication, and of the PDFs of submissions."""

from reporting.services.reports import request_report, retry_report

__all__ = ["request_report", "retry_report"]
