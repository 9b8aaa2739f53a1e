"""Reviews OpenAPI contracts that say what will happen: checks them, compares them, explains them."""
