"""What writes those parts of docs/ that come from the code: reference pages, sessions, pictures. Not shipped."""
