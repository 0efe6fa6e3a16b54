"""Sample letters of an invented office, and one whole round over them."""
