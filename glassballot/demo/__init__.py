"""glassballot demo: a whole verifiable election over ballots that real people cast."""
