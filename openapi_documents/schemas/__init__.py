"""What schemas say together: those in one another, and those behind references."""
