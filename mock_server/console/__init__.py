"""The pages: a console for partners, reference pages of every contract, and the contracts as they are written.

Begin in `site`, which is asked for a page; `templates/` and `static/` are what a browser gets.
"""
