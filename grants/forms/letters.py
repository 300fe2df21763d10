"""What staff fill in about letters. Shape and words only; the rules are in the services."""

from django import forms


class LetterForm(forms.Form):
    """A subject and a text, of a letter or of a template."""

    subject = forms.CharField(max_length=200, error_messages={"required": "Give the letter a subject."})
    body = forms.CharField(
        label="Text",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="An empty line begins a paragraph. A link to the application is added at the end.",
        error_messages={"required": "Write the letter."},
    )
