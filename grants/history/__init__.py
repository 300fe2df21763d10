"""What happened to rounds, forms and applications, in words for histories."""
