"""Every operation of a contract, with lifecycles or without, explored by Schemathesis."""
