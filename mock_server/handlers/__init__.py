"""What answers an operation: plain values in, plain values out. No handler knows Connexion."""
