"""Git drivers: `git diff` shows what a change does, `git merge` joins what does not contradict itself.

Begin in `command`.
"""
