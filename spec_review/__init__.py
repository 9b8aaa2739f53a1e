"""Reviews OpenAPI contracts that say what will happen: checks them, compares them, explains them.

Begin in `cli`: `lint` is `check`, `diff` and `explain` are the commands of their names, and all of them ask `reading` what a
document says; `simulation` plays the lifecycles that it declares.
"""
