"""The yearbook on paper: a PDF of an area, a station or a release."""
