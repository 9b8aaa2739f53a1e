"""What a lifecycle says, taken by itself: its states and its decision table."""
