"""The annual progress report of a program year."""
