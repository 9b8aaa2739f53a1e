"""What is wrong in one contract: the rules and the command that asks them."""
