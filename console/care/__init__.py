"""The care of knowledge and of what the account says: one module, one page."""
