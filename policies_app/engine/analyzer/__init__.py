"""What documents come to when they are read as a whole, rather than asked about one request."""
