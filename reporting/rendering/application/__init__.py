"""An application as it was submitted."""
