"""What is wrong in one contract: the rules and the command that asks them.

Begin in `rule`, what a rule is, and `command`, which asks them; the rules stand in `rules/`, `subject` is what they are asked of.
"""
