"""The rewards service: what a purchase awards and spends, and the wallets behind it."""
