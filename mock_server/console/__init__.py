"""The pages: a console for partners, reference pages of every contract, and the contracts as they are written."""
