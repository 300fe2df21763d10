"""Pages of reports, of their publication, and the PDFs of submissions."""
